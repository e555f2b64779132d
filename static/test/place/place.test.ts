import { describe, expect, it } from 'vitest'
import { freshFix, isBetter, placeBody, stripView, FIX_TTL_MS, type PlaceChoice, type PositionReading } from '../../src/screens/place/place'

const NOW = Date.parse('2026-11-22T02:40:00.000Z')
const auto: PlaceChoice = { kind: 'auto' }
const reading = (status: PositionReading['status'], accuracy_m?: number, ageMs = 1000): PositionReading =>
  accuracy_m === undefined ? { status } : { status, lon: -35.2, lat: -5.8, accuracy_m, at: new Date(NOW - ageMs).toISOString() }

describe('the strip', () => {
  const state = (r: PositionReading, late = false) => stripView(auto, r, late, NOW).state
  it('follows the GPS from nothing to a fix', () => {
    expect(stripView(auto, reading('searching'), false, NOW)).toEqual({ state: 'searching', accuracy_m: null })
    expect(stripView(auto, reading('searching', 85), false, NOW)).toEqual({ state: 'searching', accuracy_m: 85 })
    expect(state(reading('fix', 12))).toBe('fix')
    expect(state(reading('low', 180))).toBe('low')
    expect(state(reading('approximate', 2300))).toBe('approximate')
  })
  it('says when there will be none', () => {
    expect(stripView(auto, reading('denied'), false, NOW)).toEqual({ state: 'no_signal', denied: true })
    expect(stripView(auto, reading('unavailable'), false, NOW)).toEqual({ state: 'no_signal', denied: false })
    expect(state(reading('off'))).toBe('searching')
  })
  it('keeps the last good fix through a passing error', () => {
    expect(state(reading('unavailable', 12))).toBe('fix')
  })
  it('does not show an old fix as the place of now', () => {
    expect(state(reading('fix', 12, FIX_TTL_MS + 1))).toBe('searching')
  })
  it('asks where, when it was before, whatever the GPS says', () => {
    expect(state(reading('fix', 12), true)).toBe('ask_where')
  })
  it('shows the worker\'s own choice first', () => {
    expect(stripView({ kind: 'none', reason: 'unsafe' }, reading('fix', 12), false, NOW)).toEqual({ state: 'none', reason: 'unsafe' })
  })
})

describe('what is sent', () => {
  it('the fix, with its own time and radius', () => {
    expect(placeBody(auto, reading('approximate', 2300), false, NOW)).toMatchObject({ source: 'gps', accuracy_m: 2300, reason: null })
  })
  it('a reason of the phone when there is nothing, so that saving never waits', () => {
    expect(placeBody(auto, reading('denied', 12), false, NOW)).toMatchObject({ source: 'none', reason: 'denied', lon: null })
    expect(placeBody(auto, reading('searching'), false, NOW)).toMatchObject({ source: 'none', reason: 'unavailable' })
  })
  it('never the GPS of now for what was before', () => {
    expect(placeBody(auto, reading('fix', 5), true, NOW)).toMatchObject({ source: 'none', lon: null, fixed_at: null })
  })
  it('an address without words is no place', () => {
    expect(placeBody({ kind: 'address', text: '  ' }, reading('fix', 5), false, NOW).source).toBe('none')
    expect(placeBody({ kind: 'address', text: 'a'.repeat(300) }, reading('fix', 5), false, NOW).text).toHaveLength(200)
  })
  it('gives a corrected record its own place again, which a later time may not call GPS', () => {
    const place = placeBody(auto, reading('fix', 5), false, NOW)
    expect(placeBody({ kind: 'kept', place }, reading('fix', 99), false, NOW)).toEqual(place)
    expect(placeBody({ kind: 'kept', place }, reading('off'), true, NOW)).toEqual({ ...place, source: 'map', fixed_at: null })
    expect(stripView({ kind: 'kept', place }, reading('off'), false, NOW)).toMatchObject({ state: 'fix', accuracy_m: 5 })
  })
})

describe('a fix after the save', () => {
  const later = freshFix(reading('fix', 15), NOW)!
  it('amends a rough or missing place of the phone', () => {
    expect(isBetter(placeBody(auto, reading('low', 180), false, NOW), later, NOW)).toBe(true)
    expect(isBetter(placeBody(auto, reading('searching'), false, NOW), later, NOW)).toBe(true)
  })
  it('never a better one, nor the worker\'s choice', () => {
    expect(isBetter(placeBody(auto, reading('fix', 8), false, NOW), later, NOW)).toBe(false)
    expect(isBetter(placeBody({ kind: 'none', reason: 'unsafe' }, reading('fix'), false, NOW), later, NOW)).toBe(false)
    expect(isBetter(placeBody({ kind: 'map', lon: 1, lat: 2, accuracy_m: null }, reading('fix'), false, NOW), later, NOW)).toBe(false)
  })
})
