import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

export const routes: readonly Route[] = [
  { path: '/encaminhar/:id', view: lazy(() => import('./refer-screen').then((file) => file.ReferScreen)) },
  { path: '/reencaminhar/:id', view: lazy(() => import('./refer-screen').then((file) => file.RedirectScreen)) },
  { path: '/encaminhamento/:id/resposta', view: lazy(() => import('./answer-screen').then((file) => file.AnswerScreen)) },
  { path: '/encaminhamento/:id/papel', view: lazy(() => import('./slip-screen').then((file) => file.SlipScreen)) },
  { path: '/saida/:id', view: lazy(() => import('./trip-screen').then((file) => file.TripScreen)) },
  { path: '/encaminhamento/:id', view: lazy(() => import('./referral-screen').then((file) => file.ReferralScreen)) },
]
