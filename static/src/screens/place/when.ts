/** "Foi antes": the instant of something recorded later. The instant is fixed when it is chosen, not when it is saved. */

const MINUTE_MS = 60_000

export function minutesAgo(minutes: number, now: number): string {
  return new Date(now - minutes * MINUTE_MS).toISOString()
}

/** A clock time of the phone's own day; one that has not come yet was yesterday's (a night shift crosses midnight). */
export function instantOfClock(text: string, now: number): string | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim())
  if (match === null) return null
  const hours = Number(match[1])
  const minutes = Number(match[2])
  if (hours > 23 || minutes > 59) return null
  const at = new Date(now)
  at.setHours(hours, minutes, 0, 0)
  if (at.getTime() > now) at.setDate(at.getDate() - 1)
  return at.toISOString()
}

export function isYesterday(instant: string, now: number): boolean {
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  return new Date(instant).toDateString() === yesterday.toDateString()
}

/** A draft taken up again after this long was of another moment and another place. */
export const STALE_DRAFT_MS = 10 * MINUTE_MS

export function isStale(startedAt: string, now: number): boolean {
  return now - Date.parse(startedAt) > STALE_DRAFT_MS
}
