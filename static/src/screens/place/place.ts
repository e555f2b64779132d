/** Where it happened: what the worker chose, what the phone knows, and what is sent. */
import type { Place } from '../../contract/commands'
import type { NoPlaceReason } from '../../contract/terms'
import type { LonLat } from '../../map/geometry'

export type PlaceChoice =
  | { kind: 'auto' }
  | { kind: 'map'; lon: number; lat: number; accuracy_m: number | null }
  | { kind: 'known_point'; point_id: string; name: string }
  | { kind: 'address'; text: string }
  | { kind: 'none'; reason: NoPlaceReason }
  /** The place of a record under correction: sent again as it was, not measured again. */
  | { kind: 'kept'; place: Place }

/** The reading of platform/position.ts, as far as a place needs it. */
export interface PositionReading {
  status: 'off' | 'searching' | 'fix' | 'low' | 'approximate' | 'denied' | 'unavailable'
  lon?: number
  lat?: number
  accuracy_m?: number
  at?: string
}

export const LOW_ACCURACY_M = 50
export const APPROXIMATE_M = 1000
export const ADDRESS_MAX = 200
/** A worker walks 150 m in two minutes: an older fix would be a false point, not a rough one. */
export const FIX_TTL_MS = 120_000

export interface Fix {
  lon: number
  lat: number
  accuracy_m: number
  at: string
}

export function freshFix(reading: PositionReading, now: number): Fix | null {
  const { lon, lat, accuracy_m, at } = reading
  if (lon === undefined || lat === undefined || accuracy_m === undefined || at === undefined) return null
  return now - Date.parse(at) <= FIX_TTL_MS ? { lon, lat, accuracy_m, at } : null
}

export type StripView =
  | { state: 'searching'; accuracy_m: number | null }
  | { state: 'fix' | 'low' | 'approximate'; accuracy_m: number; at: LonLat }
  | { state: 'no_signal'; denied: boolean }
  | { state: 'ask_where' }
  | { state: 'map'; at: LonLat }
  | { state: 'known_point'; name: string }
  | { state: 'address'; text: string }
  | { state: 'none'; reason: NoPlaceReason }

export type PointName = (id: string) => string | null

function keptView(place: Place, pointName: PointName): StripView {
  if (place.lon !== null && place.lat !== null) {
    const at: LonLat = [place.lon, place.lat]
    return place.source === 'gps' && place.accuracy_m !== null ? { state: 'fix', accuracy_m: place.accuracy_m, at } : { state: 'map', at }
  }
  if (place.point_id !== null) return { state: 'known_point', name: pointName(place.point_id) ?? '' }
  if (place.text !== null) return { state: 'address', text: place.text }
  // A record that came by pull brings no place: it has to be said again.
  return place.reason === null ? { state: 'ask_where' } : { state: 'none', reason: place.reason }
}

/**
 * What the place strip says. A choice of the worker wins over the GPS; what happened before never
 * takes the GPS of now, so it asks where.
 */
export function stripView(
  choice: PlaceChoice, reading: PositionReading, late: boolean, now: number, pointName: PointName = () => null,
): StripView {
  switch (choice.kind) {
    case 'map': return { state: 'map', at: [choice.lon, choice.lat] }
    case 'known_point': return { state: 'known_point', name: choice.name }
    case 'address': return { state: 'address', text: choice.text }
    case 'none': return { state: 'none', reason: choice.reason }
    case 'kept': return keptView(choice.place, pointName)
  }
  if (late) return { state: 'ask_where' }
  if (reading.status === 'denied') return { state: 'no_signal', denied: true }
  const fix = freshFix(reading, now)
  if (fix === null) {
    return reading.status === 'unavailable' ? { state: 'no_signal', denied: false } : { state: 'searching', accuracy_m: null }
  }
  const at: LonLat = [fix.lon, fix.lat]
  if (fix.accuracy_m > APPROXIMATE_M) return { state: 'approximate', accuracy_m: fix.accuracy_m, at }
  if (reading.status === 'searching') return { state: 'searching', accuracy_m: fix.accuracy_m }
  return { state: fix.accuracy_m > LOW_ACCURACY_M ? 'low' : 'fix', accuracy_m: fix.accuracy_m, at }
}

const EMPTY: Place = {
  source: 'none', lon: null, lat: null, accuracy_m: null, point_id: null, text: null, reason: null, fixed_at: null,
}

/** The place as it is sent. Saving never waits: without a choice and without a fix the reason is the phone's own. */
export function placeBody(choice: PlaceChoice, reading: PositionReading, late: boolean, now: number): Place {
  switch (choice.kind) {
    case 'map':
      return { ...EMPTY, source: 'map', lon: choice.lon, lat: choice.lat, accuracy_m: choice.accuracy_m }
    case 'known_point':
      return { ...EMPTY, source: 'known_point', point_id: choice.point_id }
    case 'address': {
      const text = choice.text.trim().slice(0, ADDRESS_MAX)
      return text === '' ? { ...EMPTY, reason: 'other' } : { ...EMPTY, source: 'address', text }
    }
    case 'none':
      return { ...EMPTY, reason: choice.reason }
    case 'kept':
      return late && choice.place.source === 'gps' ? { ...choice.place, source: 'map', fixed_at: null } : choice.place
  }
  if (late) return { ...EMPTY, reason: 'other' }
  const fix = reading.status === 'denied' ? null : freshFix(reading, now)
  if (fix === null) return { ...EMPTY, reason: reading.status === 'denied' ? 'denied' : 'unavailable' }
  return { ...EMPTY, source: 'gps', lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m, fixed_at: fix.at }
}

/** Whether a fix that came after the save says more than what was saved by itself (never more than the worker's choice). */
export function isBetter(saved: Place, later: Fix, savedAt: number): boolean {
  if (Date.parse(later.at) < savedAt - FIX_TTL_MS) return false
  if (saved.source === 'gps') return saved.accuracy_m === null || later.accuracy_m < saved.accuracy_m
  return saved.source === 'none' && saved.reason === 'unavailable'
}
