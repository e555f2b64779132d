import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

export const routes: readonly Route[] = [{ path: '/solicitacao/:id', view: lazy(() => import('./request-screen').then((file) => file.RequestScreen)) }]
