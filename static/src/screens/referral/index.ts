import type { Route } from '../../ui'
import { ReferScreen } from './refer-screen'
import { ReferralScreen } from './referral-screen'

export const routes: readonly Route[] = [
  { path: '/encaminhar/:id', view: ReferScreen },
  { path: '/encaminhamento/:id', view: ReferralScreen },
]
