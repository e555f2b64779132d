import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

export const routes: readonly Route[] = [
  { path: '/encaminhar/:id', view: lazy(() => import('./refer-screen').then((file) => file.ReferScreen)) },
  { path: '/encaminhamento/:id', view: lazy(() => import('./referral-screen').then((file) => file.ReferralScreen)) },
]
