// What must be done first was put off: until the page opens again.
import { signal } from '@preact/signals'

export const dutiesPut = signal(false)
