// Who answers now: telephones of the city's table, on its wall clock, in the order of ringing. The same as
// app/protection/roster.py and queries/setting.py, held to the same cases (tests/contract/duty.json).
import { NATIONAL_PHONES, type DutyPhone, type Recipient } from '../contract/protection'

export interface Ring { recipient: string; name: string | null; phone: string; label: string }

const DAY_MS = 86_400_000
const dayBefore = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10)
const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

/**
 * Whether it is answered at a wall time ('YYYY-MM-DDTHH:MM'). A span that ends before it begins runs over midnight and belongs
 * to the day on which it began; without hours it is the whole day; its end itself is outside.
 */
export function onDuty(phone: Pick<DutyPhone, 'weekdays' | 'from_time' | 'to_time' | 'starts_on' | 'ends_on'>, wall: string): boolean {
  const clock = wall.slice(11, 16)
  const [from, to] = [phone.from_time?.slice(0, 5), phone.to_time?.slice(0, 5)]
  let day = wall.slice(0, 10)
  if (from && to && from !== to) {
    if (from < to ? clock < from || clock >= to : clock >= to && clock < from) return false
    if (from > to && clock < to) day = dayBefore(day)
  }
  if ((phone.starts_on && day < phone.starts_on) || (phone.ends_on && day > phone.ends_on)) return false
  return Boolean((phone.weekdays >> weekday(day)) & 1)
}

/** Whom to ring: of the region, then of the whole city, then of the other regions; at last the national number. */
export function ringsOf(recipients: readonly Recipient[], code: string, regionId: string | null, wall: string): Ring[] {
  const found = recipients.filter((one) => one.code === code).flatMap((one) => one.phones.filter((phone) => onDuty(phone, wall)).map((phone) => {
    const where = phone.region_id ?? one.region_id
    const near = where === null ? 1 : where === regionId ? 0 : 2
    return { near, position: phone.position, by: one.name.toLowerCase(), ring: { recipient: code, name: one.name, phone: phone.phone, label: phone.label } }
  }))
  found.sort((a, b) => a.near - b.near || a.position - b.position || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))
  const rings: Ring[] = found.map(({ ring }) => ring)
  const national = NATIONAL_PHONES[code]
  if (national && !rings.some(({ phone }) => phone === national)) rings.push({ recipient: code, name: null, phone: national, label: '' })
  return rings
}
