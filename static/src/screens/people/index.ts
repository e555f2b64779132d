import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

const screens = () => import('./screens')

export const routes: readonly Route[] = [
  { path: '/pessoas', view: lazy(() => screens().then((file) => file.PeopleScreen)) },
  { path: '/pessoas/nova', view: lazy(() => screens().then((file) => file.NewPersonScreen)) },
  { path: '/pessoa/:id', view: lazy(() => screens().then((file) => file.PersonScreen)) },
  { path: '/pessoa/:id/ficha', view: lazy(() => screens().then((file) => file.FichaScreen)) },
]
