import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

const screens = () => import('./screens')

export const routes: readonly Route[] = [
  { path: '/alerta', view: lazy(() => screens().then((file) => file.FlagScreen)) },
  { path: '/alertas', view: lazy(() => screens().then((file) => file.FlagsScreen)) },
  { path: '/alertas/:id', view: lazy(() => screens().then((file) => file.FlagPage)) },
  { path: '/alertas/:id/completar', view: lazy(() => screens().then((file) => file.ComplementScreen)) },
]
