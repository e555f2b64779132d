// What the phone can see of an answer before it is sent. The server judges the rest.
import { mark } from '../contract/words'

/** A date that was: a sentence about what is wrong with it, or null. */
export function checkDate(day: string, now: number): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(`${day}T12:00:00Z`))) return mark('A data não é válida.')
  if (day < '1900-01-01') return mark('A data é antiga demais. Confira o ano.')
  // A day is over somewhere before it is over here.
  return Date.parse(`${day}T00:00:00Z`) > now + 14 * 3600_000 ? mark('A data ainda não chegou.') : null
}
