/** Which unit first: who can receive this person, what is open, near, and with room. Nothing is hidden, only ordered. */
import type { Unit } from '../../contract/pull'
import { distanceM, type LonLat } from '../../map'
import { openAt } from './hours'

export interface Profile {
  people: number
  children: boolean
  animals: boolean
}

/** Where one sleeps tonight, and what serves by day: an offer of the second kind is no bed. */
const NIGHT_KINDS = ['shelter', 'transit_house', 'night_shelter']
export const isForTheNight = (unit: Unit): boolean => NIGHT_KINDS.includes(unit.kind)

export type Mismatch = 'families' | 'animals'

export interface UnitView {
  unit: Unit
  mismatches: Mismatch[]
  /** From the words of its hours; null where they say nothing that can be read. */
  open: boolean | null
  metres: number | null
  /** Free places as the desk typed them; null when unknown. */
  free: number | null
  /** The figure is older than the city trusts. */
  stale: boolean
  /** False only when a fresh figure says that there isn't room for all. */
  room: boolean
}

export function viewOf(unit: Unit, profile: Profile, from: LonLat | null, now: number, freshMinutes: number): UnitView {
  const mismatches: Mismatch[] = []
  if (profile.children && !unit.receives.includes('families')) mismatches.push('families')
  if (profile.animals && !unit.receives.includes('animals')) mismatches.push('animals')
  const known = unit.free_places !== null && unit.free_noted_at !== null
  const stale = known && now - Date.parse(unit.free_noted_at!) > freshMinutes * 60_000
  return {
    unit, mismatches, stale,
    open: openAt(unit.hours_text, new Date(now)),
    metres: from === null || unit.lon === null || unit.lat === null ? null : distanceM(from, [unit.lon, unit.lat]),
    free: known ? unit.free_places : null,
    room: !known || stale || unit.free_places! >= Math.max(1, profile.people),
  }
}

export function canReceive(view: UnitView): boolean {
  return view.mismatches.length === 0 && view.room
}

const openRank = (open: boolean | null) => (open === null ? 1 : open ? 0 : 2)
/** Two units within half a kilometre of each other's distance are equally near: then room decides. */
const NEAR_M = 500
const nearRank = (metres: number | null) => (metres === null ? Number.MAX_SAFE_INTEGER : Math.floor(metres / NEAR_M))
/** An old figure is worth no more than none. */
const freeRank = (view: UnitView) => (view.free === null || view.stale ? 0 : view.free)

export function ordered(
  units: readonly Unit[], profile: Profile, from: LonLat | null, now: number, freshMinutes: number,
): UnitView[] {
  return units.filter((unit) => unit.takes_referrals)
    .map((unit) => viewOf(unit, profile, from, now, freshMinutes))
    .sort((a, b) =>
      Number(canReceive(b)) - Number(canReceive(a))
      || a.mismatches.length - b.mismatches.length
      || openRank(a.open) - openRank(b.open)
      || nearRank(a.metres) - nearRank(b.metres)
      || freeRank(b) - freeRank(a)
      || Date.parse(b.unit.free_noted_at ?? '1970-01-01') - Date.parse(a.unit.free_noted_at ?? '1970-01-01')
      || a.unit.name.localeCompare(b.unit.name, 'pt-BR'))
}
