import type { Route } from '../../ui'
import { AfterScreen } from './after-screen'
import { CorrectEncounterScreen } from './correct-screen'
import { EncounterScreen } from './encounter-screen'
import { ConfirmScreen, ShelterScreen } from './shelter-screens'

export const routes: readonly Route[] = [
  { path: '/encontro', view: EncounterScreen },
  { path: '/encontro/abrigo', view: ShelterScreen },
  { path: '/encontro/encaminhar', view: ConfirmScreen },
  { path: '/encontro/:id/depois', view: AfterScreen },
  { path: '/encontro/corrigir/:id', view: CorrectEncounterScreen },
]
