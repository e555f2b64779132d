/** What the phone makes of its own shift: whether somebody else closed it, whether it was forgotten, when it ended. */
import type { PlannedShift, PulledShift } from '../contract/pull'

/** The same patience as the server's rule, where the city says nothing else. */
export const FORGOTTEN_MS = 14 * 3_600_000

export interface OpenShift { shift_id: string; started_at: string }

/** The server's word on a shift that this phone holds open: closed by its rule, or by one opened on another phone. */
export function closedElsewhere(open: OpenShift | null, told: readonly PulledShift[]): PulledShift | null {
  const found = open && told.find((one) => one.id === open.shift_id)
  return found?.ended_at && found.end_kind !== null ? found : null
}

export const isForgotten = (open: OpenShift, now: number): boolean => now - Date.parse(open.started_at) > FORGOTTEN_MS

const EARLY_MS = 2 * 3_600_000

/** The planned shift of a team that a shift opened now is: begun, or about to begin. */
export function plannedFor(planned: readonly PlannedShift[], teamId: string | null, now: number): PlannedShift | null {
  return planned.find((one) => one.team_id === teamId && Date.parse(one.starts_at) - EARLY_MS <= now && now < Date.parse(one.ends_at)) ?? null
}

export const nextPlanned = (planned: readonly PlannedShift[], now: number): PlannedShift | null =>
  [...planned].sort((a, b) => a.starts_at.localeCompare(b.starts_at)).find((one) => Date.parse(one.ends_at) > now) ?? null

/** Where a shift begins, if nobody says: where the phone is, when that is planned or nothing is; where it is planned; as the last time. */
export function proposedRegion(offered: readonly string[], here: string | null, planned: readonly string[], last: string | null): string | null {
  const wishes = [here !== null && planned.includes(here) ? here : null, planned.length === 1 ? planned[0] : null, here, planned[0], last, offered.length === 1 ? offered[0] : null]
  return wishes.find((id): id is string => typeof id === 'string' && offered.includes(id)) ?? null
}

/** Without a visit for so many days what is known of a point is poor, where the city says nothing else (the same as the server's). */
export const STALE_DAYS = 60
const DAY_MS = 86_400_000

/** Whole days since a date of the calendar; null: nobody was there for as long as is known. */
export function daysSince(on: string | null | undefined, today: string): number | null {
  return on ? Math.max(0, Math.round((Date.parse(today) - Date.parse(on)) / DAY_MS)) : null
}

/** The first time, after the shift began, that a clock showed this; null when it is no hour, or has not come yet. */
export function endOfClock(text: string, startedAt: string, now: number): string | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim())
  if (match === null || Number(match[1]) > 23 || Number(match[2]) > 59) return null
  const start = Date.parse(startedAt)
  const at = new Date(start)
  at.setHours(Number(match[1]), Number(match[2]), 0, 0)
  // Of the very minute in which it began: that minute, not a day later.
  if (at.getTime() < start - 60_000) at.setDate(at.getDate() + 1)
  return at.getTime() > now ? null : new Date(Math.max(at.getTime(), start)).toISOString()
}
