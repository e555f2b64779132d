import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

const screens = () => import('./screens')
const visit = lazy(() => screens().then((file) => file.VisitScreen))

export const routes: readonly Route[] = [
  { path: '/visita', view: visit },
  { path: '/visita/:id', view: visit },
  { path: '/visita/:id/depois', view: lazy(() => screens().then((file) => file.AfterVisitScreen)) },
  { path: '/visita/corrigir/:id', view: lazy(() => screens().then((file) => file.CorrectVisitScreen)) },
]
