import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'
import { AfterScreen } from './after-screen'
import { EncounterScreen } from './encounter-screen'

const shelter = () => import('./shelter-screens')

export const routes: readonly Route[] = [
  { path: '/encontro', view: EncounterScreen },
  { path: '/encontro/abrigo', view: lazy(() => shelter().then((file) => file.ShelterScreen)) },
  { path: '/encontro/encaminhar', view: lazy(() => shelter().then((file) => file.ConfirmScreen)) },
  { path: '/encontro/:id/depois', view: AfterScreen },
  { path: '/encontro/corrigir/:id', view: lazy(() => import('./correct-screen').then((file) => file.CorrectEncounterScreen)) },
]
