/** A route on the phone: which night is on, what this phone said of its stops on top of what the server knows, which points wait. */
import type { Bodies } from '../contract/commands'
import type { Point, RouteNight, RouteStop } from '../contract/pull'
import type { StopState } from '../contract/routes'
import { dayOf } from './days'
import { daysSince, STALE_DAYS } from './shift'

// The same as the server's: a team begins a little before and ends a little after what was planned.
const SLACK_MS = 3_600_000
const AT_POINT_M = 120
const STRENGTH: Record<StopState, number> = { missed: 0, nobody: 1, done: 2 }

/** What this phone said of a point. route: of a miss alone. */
export interface Said { point_id: string; team_id: string | null; state: StopState; at: string; reason: RouteStop['reason']; route: { id: string; on_date: string } | null }

/** A command as the phone keeps it. */
export interface Row { name: string; body: unknown; state: string; occurred_at: string }
type Metres = (from: readonly [number, number], to: readonly [number, number]) => number

/** What was saved here and stands: not refused, not withdrawn. Newest last. */
export function saidHere(rows: readonly Row[], points: readonly Point[], metres: Metres): Said[] {
  const standing = rows.filter((row) => row.body !== null && row.state !== 'withdrawn' && row.state !== 'needs_you')
  const gone = new Set(standing.filter(({ name }) => name === 'encounters.withdraw').map(({ body }) => (body as Bodies['encounters.withdraw']).encounter_id))
  const found: Said[] = []
  for (const { name, body, occurred_at: at } of standing) {
    if (name === 'shifts.visit_point') {
      const { point_id, team_id } = body as Bodies['shifts.visit_point']
      found.push({ point_id, team_id, state: 'done', at, reason: null, route: null })
    } else if (name === 'shifts.pass_by') {
      const { place, team_id } = body as Bodies['shifts.pass_by']
      if (place.point_id) found.push({ point_id: place.point_id, team_id, state: 'nobody', at, reason: null, route: null })
    } else if (name === 'shifts.miss_stop') {
      const { point_id, route_id, on_date, reason } = body as Bodies['shifts.miss_stop']
      found.push({ point_id, team_id: null, state: 'missed', at, reason, route: { id: route_id, on_date } })
    } else if (name === 'encounters.record') {
      const { encounter_id, place, team_id } = body as Bodies['encounters.record']
      if (gone.has(encounter_id)) continue
      for (const point of points) {
        const there = place.point_id === point.id || (place.lon !== null && place.lat !== null && metres([place.lon, place.lat], [point.lon, point.lat]) <= AT_POINT_M)
        if (there) found.push({ point_id: point.id, team_id, state: 'done', at, reason: null, route: null })
      }
    }
  }
  return found
}

const within = (night: RouteNight, at: number): boolean =>
  Date.parse(night.starts_at) - SLACK_MS <= at && at < Date.parse(night.ends_at) + SLACK_MS

/** The nights that are on, those of the team of the open shift alone when there is one; the one that began last first. */
export function nightsNow(nights: readonly RouteNight[], teamId: string | null, now: number): RouteNight[] {
  return nights.filter((night) => (teamId === null || night.team_id === teamId) && within(night, now))
    .sort((a, b) => b.starts_at.localeCompare(a.starts_at))
}

export const nextNight = (nights: readonly RouteNight[], now: number): RouteNight | null =>
  [...nights].sort((a, b) => a.starts_at.localeCompare(b.starts_at)).find((night) => Date.parse(night.starts_at) - SLACK_MS > now) ?? null

/** The stops as they stand with what was said here: the strongest word, of two alike the later, as the server finds it. */
export function stopsOf(night: RouteNight, said: readonly Said[]): RouteStop[] {
  return night.stops.map((stop) => {
    let best = stop
    for (const each of said) {
      if (each.point_id !== stop.point_id) continue
      if (each.route ? each.route.id !== night.id || each.route.on_date !== night.on_date : each.team_id !== night.team_id || !within(night, Date.parse(each.at))) continue
      const stronger = best.state === null ? 1 : STRENGTH[each.state] - STRENGTH[best.state] || each.at.localeCompare(best.at ?? '')
      if (stronger > 0) best = { point_id: stop.point_id, state: each.state, at: each.at, reason: each.reason }
    }
    return best
  })
}

/** The day of the last visit, with those that this phone made and has not heard of yet. */
export function lastVisit(point: Point, said: readonly Said[]): string | null {
  const here = said.filter((each) => each.point_id === point.id && each.state !== 'missed').map((each) => dayOf(Date.parse(each.at)))
  return [point.last_visit_on ?? '', ...here].sort().pop() || null
}

/** fresh: visited of late; due: the days between two visits have passed; precarious: nobody for so long that little is known. */
export function standingOf(point: Point, last: string | null, today: string, staleDays = STALE_DAYS): 'fresh' | 'due' | 'precarious' {
  const days = daysSince(last, today)
  if (days === null || days >= staleDays) return 'precarious'
  return point.frequency_days && days >= point.frequency_days ? 'due' : 'fresh'
}

export const periodOf = (now: number): 'dawn' | 'morning' | 'afternoon' | 'night' =>
  (['dawn', 'morning', 'afternoon', 'night'] as const)[Math.floor(new Date(now).getHours() / 6)]!

/** One of eight: 0 north, 2 east, 4 south, 6 west. */
export function windOf(from: readonly [number, number], to: readonly [number, number]): number {
  const east = (to[0] - from[0]) * Math.cos(((from[1] + to[1]) / 2) * (Math.PI / 180))
  return (Math.round((Math.atan2(east, to[1] - from[1]) / Math.PI) * 4) + 8) % 8
}
