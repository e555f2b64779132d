import type { Route } from '../../ui'
import { lazy } from '../frame/lazy'

const screens = () => import('./screens')
const fresh = lazy(() => screens().then((file) => file.NewFamilyScreen))

export const routes: readonly Route[] = [
  { path: '/familias', view: lazy(() => screens().then((file) => file.FamiliesScreen)) },
  { path: '/familia/nova', view: fresh },
  { path: '/familia/nova/:encounter', view: fresh },
  { path: '/familia/:id', view: lazy(() => screens().then((file) => file.FamilyScreen)) },
]
