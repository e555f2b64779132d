/** Which unit first: who can receive this person, what admits now, near, and with room. Nothing is hidden, only ordered. */
import type { ReferralPurpose, Receives, Service } from '../../contract/network'
import type { Person, Unit } from '../../contract/pull'
import { distanceM, type LonLat } from '../../map'
import { standing, wallTime, type Standing } from '../../rules/hours'
import { openAt } from './hours'

export interface Profile {
  people: number
  said: readonly Receives[] // as the person says of herself, and what she brings: nothing until it is said
  seen: readonly Receives[] // what the record shows of the group: a hint beside a unit, never a claim
  purpose: ReferralPurpose | null // null: not said; each unit is then offered for what it is
}
export const nobodySaid = (people: number, seen: readonly Receives[] = []): Profile => ({ people, said: [], seen, purpose: null })

/** Where the list is looked at: the city's clock and holidays, the phone's place, and who of those who go may not enter where. */
export interface Ground {
  from: LonLat | null
  now: number
  timeZone: string | undefined
  holidays: readonly string[]
  suspended: ReadonlyMap<string, string> // unit → last day, of any of those who go
}

const WHO: readonly Receives[] = ['men', 'women', 'families', 'couples', 'lgbt', 'elderly']

/** Where one sleeps tonight, and what serves by day: an offer of the second kind is no bed. */
const NIGHT_KINDS = ['shelter', 'transit_house', 'night_shelter']
export const isForTheNight = (unit: Unit): boolean => NIGHT_KINDS.includes(unit.kind)

const SERVES: Record<ReferralPurpose, { kinds: readonly string[]; services: readonly Service[] } | null> = {
  place: { kinds: NIGHT_KINDS, services: ['shelter_night', 'shelter'] },
  service: { kinds: ['centro_pop', 'creas', 'cras', 'day_centre'], services: ['paif', 'paefi', 'scfv', 'bath', 'laundry', 'lockers', 'address', 'legal', 'migrants', 'sign_language'] },
  appointment: { kinds: ['cras', 'creas'], services: ['paif', 'paefi'] },
  health: { kinds: ['health_unit', 'caps'], services: ['health', 'mental_health'] },
  documents: { kinds: ['migrant_centre'], services: ['documents', 'cadunico', 'address', 'migrants'] },
  benefit: { kinds: [], services: ['benefits'] },
  food: { kinds: ['community_kitchen'], services: ['meals'] },
  work: { kinds: [], services: ['work'] },
  other: null,
}

export function serves(unit: Unit, purpose: ReferralPurpose): boolean {
  const wanted = SERVES[purpose]
  return wanted === null || wanted.kinds.includes(unit.kind) || unit.services.some((one) => (wanted.services as readonly string[]).includes(one))
}

/** For what somebody goes there when the worker did not say. */
export function purposeAt(unit: Unit, said: ReferralPurpose | null): ReferralPurpose {
  // No bed is asked for where there is none, whatever was chosen for the unit before.
  const sleeps = serves(unit, 'place') || unit.place_rule !== 'none'
  return said === null ? (isForTheNight(unit) ? 'place' : 'service') : said === 'place' && !sleeps ? 'service' : said
}

export interface UnitView {
  unit: Unit
  mismatches: Receives[] // said by the person, and not among whom the unit says that it receives
  hints: Receives[] // the same of what was only seen
  standing: Standing
  metres: number | null
  /** Free places for who goes, as the desk last told; null when unknown. */
  free: number | null
  /** The figure is older than the unit's limit: not confirmed. */
  stale: boolean
  /** False only when a fresh figure says that there isn't room for all. */
  room: boolean
  suspended: string | null // until which day it does not receive somebody of those who go
}

const TOGETHER: readonly Receives[] = ['families', 'couples']
const SEXES: readonly Receives[] = ['men', 'women']

/**
 * What a house lacks for who is sent; [] where it takes them. A house that says nothing is asked, not presumed shut. The
 * same as house_takes of app/units/rules.py, held to the same cases (tests/contract/house_takes.json).
 */
export function notReceived(receives: readonly string[], wanted: readonly Receives[]): Receives[] {
  if (receives.length === 0) return []
  const lacks = (one: Receives) => !receives.includes(one)
  const brings = wanted.filter((one) => !WHO.includes(one) && lacks(one) && !(one === 'children' && receives.includes('families')))
  return [...(suits(receives, wanted) ? [] : wanted.filter((one) => WHO.includes(one) && lacks(one))), ...brings]
}

// A couple fits where couples are received. Else men and women who come together fit only where both do.
function suits(receives: readonly string[], wanted: readonly Receives[]): boolean {
  const says = WHO.filter((one) => receives.includes(one))
  const who = wanted.filter((one) => WHO.includes(one))
  if (!says.length || !who.length || who.some((one) => TOGETHER.includes(one) && says.includes(one))) return true
  return who.some((one) => says.includes(one)) && (!says.some((one) => SEXES.includes(one)) || SEXES.every((one) => !who.includes(one) || says.includes(one)))
}

function freeFor({ free_for, free_places }: Unit, said: readonly Receives[]): number | null {
  if (free_places === null || free_for === null) return free_places
  // A bed for one of them alone is none for a man and a woman who go together.
  const both = SEXES.every((one) => said.includes(one))
  const counts = said.filter((one) => WHO.includes(one) && !(both && SEXES.includes(one))).flatMap((one) => free_for[one] ?? [])
  if (both) counts.push(Math.min(...SEXES.map((one) => free_for[one] ?? 0)))
  const fit = counts.length ? Math.max(...counts) : free_places
  return said.includes('wheelchair') ? Math.min(fit, free_for['wheelchair'] ?? fit) : fit
}

/** Of the hours that the unit told, else of the words that a desk typed. */
function standingOf(unit: Unit, { now, timeZone, holidays }: Ground): Standing {
  const found = standing({ ...unit.hours, holidays }, wallTime(now, timeZone))
  return found.is_open === null && found.admits === null ? { ...found, is_open: openAt(unit.hours_text, new Date(now)) } : found
}

export function viewOf(unit: Unit, profile: Profile, ground: Ground): UnitView {
  const mismatches = notReceived(unit.receives, profile.said)
  const known = unit.free_places !== null && unit.free_noted_at !== null
  const stale = known && ground.now - Date.parse(unit.free_noted_at!) > unit.figure_minutes * 60_000
  const free = known ? freeFor(unit, profile.said) : null
  return {
    unit, mismatches, stale, free,
    hints: notReceived(unit.receives, profile.seen).filter((one) => !mismatches.includes(one)),
    standing: standingOf(unit, ground),
    metres: ground.from === null || unit.lon === null || unit.lat === null ? null : distanceM(ground.from, [unit.lon, unit.lat]),
    room: free === null || stale || free >= Math.max(1, profile.people),
    suspended: ground.suspended.get(unit.id) ?? null,
  }
}

export const canReceive = (view: UnitView): boolean => view.suspended === null && view.mismatches.length === 0 && view.room

/** Admits now; nobody said; will admit; shut without a word of when. */
function admitRank({ standing: { admits, is_open, next_admits } }: UnitView): number {
  const inside = admits ?? is_open
  return inside === null ? 1 : inside ? 0 : next_admits === null ? 3 : 2
}
/** Two units within half a kilometre of each other's distance are equally near: then room decides. */
const NEAR_M = 500
const nearRank = (metres: number | null) => (metres === null ? Number.MAX_SAFE_INTEGER : Math.floor(metres / NEAR_M))
/** An old figure is worth no more than none. */
const freeRank = (view: UnitView) => (view.free === null || view.stale ? 0 : view.free)

export function ordered(units: readonly Unit[], profile: Profile, ground: Ground): UnitView[] {
  return units.filter((unit) => unit.takes_referrals)
    .map((unit) => viewOf(unit, profile, ground))
    .sort((a, b) =>
      Number(a.suspended !== null) - Number(b.suspended !== null)
      || Number(canReceive(b)) - Number(canReceive(a))
      || a.mismatches.length - b.mismatches.length
      || a.hints.length - b.hints.length
      || admitRank(a) - admitRank(b)
      || nearRank(a.metres) - nearRank(b.metres)
      || freeRank(b) - freeRank(a)
      || Date.parse(b.unit.free_noted_at ?? '1970-01-01') - Date.parse(a.unit.free_noted_at ?? '1970-01-01')
      || a.unit.name.localeCompare(b.unit.name, 'pt-BR'))
}

/** Unit → last day on which it does not receive somebody of these, of what the caseload says today. Never why. */
export function suspensionsOf(ids: readonly (string | null | undefined)[], people: readonly Person[], today: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const person of people) {
    if (!ids.some((id) => id && (id === person.id || (person.also ?? []).includes(id)))) continue
    for (const { unit_id, until_on } of person.suspended ?? []) {
      if (until_on >= today && until_on > (found.get(unit_id) ?? '')) found.set(unit_id, until_on)
    }
  }
  return found
}
