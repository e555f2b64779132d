// Where the person is. The address after # is the screen, so one precached page serves every screen offline,
// and the browser's own back button works. Nothing personal is ever put in an address: ids only.
import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'

export type Params = Record<string, string>
export type Route = { path: string; view: ComponentType<{ params: Params }> }

const read = () => location.hash.replace(/^#/, '') || '/'

export const path = signal('/')
let steps = 0

export function startRouter(): void {
  path.value = read()
  addEventListener('hashchange', () => {
    path.value = read()
  })
}

export function go(to: string): void {
  if (to === path.value) return
  steps += 1
  location.hash = to
}

// For steps that "back" should not return to: a form that was saved, a sign-in that was passed.
export function replace(to: string): void {
  history.replaceState(history.state, '', `#${to}`)
  path.value = to
}

// Back to where the person came from; to `fallback` when the app was opened right here.
export function back(fallback: string): void {
  if (steps > 0) {
    steps -= 1
    history.back()
  } else replace(fallback)
}

// match("/registro/:id", "/registro/42") → { id: "42" }
export function match(pattern: string, actual: string): Params | null {
  const want = pattern.split('/')
  const have = (actual.split('?')[0] ?? '').split('/')
  if (want.length !== have.length) return null
  const params: Params = {}
  for (let i = 0; i < want.length; i += 1) {
    const name = want[i]!
    const value = have[i]!
    if (name.startsWith(':')) params[name.slice(1)] = decodeURIComponent(value)
    else if (name !== value) return null
  }
  return params
}

export function find(routes: readonly Route[], actual: string): { route: Route; params: Params } | null {
  for (const route of routes) {
    const params = match(route.path, actual)
    if (params) return { route, params }
  }
  return null
}
