// Days as the phone's own calendar has them: "2026-11-27". A date is no instant: no time zone moves it.

export function dayOf(ms: number): string {
  const at = new Date(ms)
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`
}

/** The day so many days after another. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00`)
  at.setDate(at.getDate() + days)
  return dayOf(at.getTime())
}

/** Whole days from one to another; negative when `to` lies before. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T12:00:00Z`) - Date.parse(`${from}T12:00:00Z`)) / 86_400_000)

export const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(`${day}T12:00:00Z`))
