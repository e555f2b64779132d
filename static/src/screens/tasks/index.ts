import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

const screens = () => import('./screens')

export const routes: readonly Route[] = [
  { path: '/combinados', view: lazy(() => screens().then((file) => file.TasksScreen)) },
  { path: '/combinado/:id', view: lazy(() => screens().then((file) => file.TaskScreen)) },
  { path: '/combinar/:of/:id', view: lazy(() => screens().then((file) => file.AgreeScreen)) },
]
