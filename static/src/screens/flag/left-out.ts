import { signal } from '@preact/signals'

/** The flag just saved whose words stayed out, until its screen has said so. */
export const leftOut = signal<string | null>(null)
