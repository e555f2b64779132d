// When a unit is open and until when it admits people, on the wall clock of its city. The same as app/units/hours.py, held to
// the same cases (tests/contract/hours.json). A span belongs to the day on which it begins; `closes` at or before `opens` is
// on the next day, equal hours are a whole day. Wall times are 'YYYY-MM-DDTHH:MM', without a zone: no summer time moves them.
import type { UnitHours } from '../contract/pull'

export interface Week extends UnitHours { holidays: readonly string[] }
/** Null for what nobody said. The moment of closing, or of the last entry, is already outside. */
export interface Standing {
  is_open: boolean | null; open_until: string | null; next_open: string | null
  admits: boolean | null; admits_until: string | null; next_admits: string | null
}

const DAYS_AHEAD = 60
const DAY_MS = 86_400_000
const OPEN_FOR_GOOD_MS = 8 * DAY_MS // past which a house that doesn't close has no hour of closing

type Kind = 'open' | 'admission'
type Hours = readonly { opens: string; closes: string }[]
interface Stands { inside: boolean | null; until: string | null; next: string | null }

export function standing(week: Week, at: string): Standing {
  const open = stands(week, 'open', at)
  const admission = stands(week, 'admission', at)
  return {
    is_open: open.inside, open_until: open.until, next_open: open.next,
    admits: admission.inside, admits_until: admission.until, next_admits: admission.next,
  }
}

/** The wall time of an instant in a city, whatever zone this phone was set to. */
export function wallTime(ms: number, timeZone: string | undefined): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(ms)
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`
}

// A wall time counted as if it were UTC: only differences are taken of it.
const ms = (wall: string): number => Date.parse(`${wall.slice(0, 16)}:00Z`)
const wall = (at: number): string => new Date(at).toISOString().slice(0, 16)
const dayOf = (at: string): string => at.slice(0, 10)
const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

function stands(week: Week, kind: Kind, at: string): Stands {
  const now = ms(at)
  const closed = (next: number | null): Stands =>
    ({ inside: spansOn(week, kind, dayOf(at)) === null ? null : false, until: null, next: next === null ? null : wall(next) })
  let until: number | null = null
  for (const [begins, ends] of run(week, kind, ms(`${dayOf(at)}T00:00`) - DAY_MS)) {
    if (begins <= now && now < ends) until = Math.max(until ?? ends, ends)
    else if (until !== null && begins <= until) until = Math.max(until, ends)
    else if (begins > now) return until === null ? closed(begins) : { inside: true, until: wall(until), next: null }
    if (until !== null && until - now > OPEN_FOR_GOOD_MS) return { inside: true, until: null, next: null }
  }
  return until === null ? closed(null) : { inside: true, until: wall(until), next: null }
}

/** Beginning and end of every span of the next days, in order. */
function* run(week: Week, kind: Kind, first: number): Generator<[number, number]> {
  for (let ahead = 0; ahead < DAYS_AHEAD + 2; ahead += 1) {
    const on = dayOf(wall(first + ahead * DAY_MS))
    const hours = [...spansOn(week, kind, on) ?? []].sort((a, b) => (a.opens + a.closes < b.opens + b.closes ? -1 : 1))
    for (const { opens, closes } of hours) {
      const begins = ms(`${on}T${opens}`)
      const length = ms(`${on}T${closes}`) - begins
      yield [begins, begins + (length > 0 ? length : length + DAY_MS)]
    }
  }
}

/** Hours that begin on a day; null when nobody said. */
function spansOn(week: Week, kind: Kind, on: string): Hours | null {
  if (kind === 'admission') return admissionOn(week, on)
  const other = exceptional(week, 'open', on)
  if (other) return other
  if (!week.open.length) return null
  if (week.holiday_rule === 'closed' && week.holidays.includes(on)) return []
  return week.open.filter((span) => span.weekday === weekday(on))
}

function admissionOn(week: Week, on: string): Hours | null {
  const other = exceptional(week, 'admission', on)
  if (other) return other
  const open = spansOn(week, 'open', on)
  if (!week.admission.length || open?.length === 0) return open
  const usual = week.admission.filter((span) => span.weekday === weekday(on))
  // Opened by exception on a day that usually has no admission: whoever comes while it is open is received.
  return !usual.length && exceptional(week, 'open', on) ? open : usual
}

function exceptional(week: Week, kind: Kind, on: string): Hours | null {
  const those = week.exceptions.filter((each) => each.kind === kind && each.from_on <= on && on <= each.to_on)
  return those.length ? those.flatMap(({ opens, closes }) => (opens && closes ? [{ opens, closes }] : [])) : null
}
