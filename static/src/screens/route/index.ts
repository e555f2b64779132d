import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

const view = lazy(() => import('./screens').then((file) => file.RouteScreens))
export const routes: readonly Route[] = [{ path: '/roteiro', view }, { path: '/roteiro/:id', view }]
