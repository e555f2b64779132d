// Every screen of the field and its address. Addresses hold ids only.
import type { Route } from '../ui'
import { routes as encounterRoutes } from './encounter'
import { routes as familyRoutes } from './families'
import { routes as flagRoutes } from './flag'
import { lazy } from './frame/lazy'
import { routes as visitRoutes } from './home-visit'
import { routes as peopleRoutes } from './people'
import { routes as referralRoutes } from './referral'
import { routes as requestRoutes } from './requests'
import { routes as routeRoutes } from './route'
import { SignInScreen } from './sign-in'
import { routes as taskRoutes } from './tasks'
import { TodayScreen } from './today/screen'

export const routes: readonly Route[] = [
  { path: '/hoje', view: TodayScreen },
  { path: '/entrar', view: SignInScreen },
  { path: '/instalar', view: lazy(() => import('./install').then((file) => file.InstallScreen)) },
  { path: '/turno', view: lazy(() => import('./shift/start-screen').then((file) => file.ShiftScreen)) },
  { path: '/registro/:id', view: lazy(() => import('./record/screen').then((file) => file.RecordScreen)) },
  { path: '/registros', view: lazy(() => import('./record/earlier').then((file) => file.EarlierScreen)) },
  { path: '/envio', view: lazy(() => import('./outbox/screen').then((file) => file.OutboxScreen)) },
  { path: '/eu', view: lazy(() => import('./me/screen').then((file) => file.MeScreen)) },
  ...encounterRoutes,
  ...referralRoutes,
  ...visitRoutes,
  ...taskRoutes,
  ...familyRoutes,
  ...flagRoutes,
  ...requestRoutes,
  ...routeRoutes,
  ...peopleRoutes,
]
