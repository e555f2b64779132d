// Every screen of the field and its address. Addresses hold ids only.
import type { Route } from '../ui'
import { routes as encounterRoutes } from './encounter'
import { routes as visitRoutes } from './home-visit'
import { InstallScreen } from './install'
import { MeScreen } from './me/screen'
import { OutboxScreen } from './outbox/screen'
import { RecordScreen } from './record/screen'
import { routes as referralRoutes } from './referral'
import { ShiftScreen } from './shift'
import { SignInScreen } from './sign-in'
import { TodayScreen } from './today/screen'

export const routes: readonly Route[] = [
  { path: '/hoje', view: TodayScreen },
  { path: '/entrar', view: SignInScreen },
  { path: '/instalar', view: InstallScreen },
  { path: '/turno', view: ShiftScreen },
  { path: '/registro/:id', view: RecordScreen },
  { path: '/envio', view: OutboxScreen },
  { path: '/eu', view: MeScreen },
  ...encounterRoutes,
  ...referralRoutes,
  ...visitRoutes,
]
