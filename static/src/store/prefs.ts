// How this phone shows things. Kept in localStorage because the theme must be known before the first paint.
import { signal } from '@preact/signals'

export interface Prefs {
  theme: 'auto' | 'day' | 'night'
  lang: 'pt-BR' | 'en' | 'es'
  langUntold: boolean // chosen here, and the server does not know it yet
  font: 'system' | 'legible'
  size: 'normal' | 'large' | 'largest'
  lockMinutes: 1 | 5 | 15 // untouched for so long, the phone shuts
}

const KEY = 'vinculo.prefs'
const DEFAULTS: Prefs = { theme: 'auto', lang: 'pt-BR', langUntold: false, font: 'system', size: 'normal', lockMinutes: 5 }

function read(): Prefs {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>) }
  } catch {
    return DEFAULTS
  }
}

export const prefs = signal<Prefs>(read())

export function setPrefs(change: Partial<Prefs>): void {
  prefs.value = { ...prefs.value, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs.value))
  } catch {
    // Storage full or forbidden: the choice lives until the page closes.
  }
}
