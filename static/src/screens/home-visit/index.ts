import type { Route } from '../../ui'
import { AfterVisitScreen } from './after-visit-screen'
import { CorrectVisitScreen } from './correct-visit-screen'
import { VisitScreen } from './visit-screen'

export const routes: readonly Route[] = [
  { path: '/visita', view: VisitScreen },
  { path: '/visita/:id', view: VisitScreen },
  { path: '/visita/:id/depois', view: AfterVisitScreen },
  { path: '/visita/corrigir/:id', view: CorrectVisitScreen },
]
