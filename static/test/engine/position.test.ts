import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recordEncounter } from '../../src/actions'
import { position, startPosition, stopPosition } from '../../src/platform/position'
import type { EncounterBody, Place } from '../../src/contract/commands'
import type { Handle } from '../../src/store/open'
import { allRows } from '../../src/store/sending'
import { closePhone, encounter, openPhone } from '../make/phone'

let found: (fix: unknown) => void
let failed: (error: unknown) => void
let handle: Handle
const errors = { PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 }
const fix = (accuracy: number, lon = -35.2) => found({ timestamp: Date.now(), coords: { longitude: lon, latitude: -5.79, accuracy } })
const fail = (code: number) => failed({ ...errors, code })
const tick = (ms: number) => vi.advanceTimersByTime(ms)

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  vi.stubGlobal('navigator', {
    geolocation: {
      watchPosition: (ok: typeof found, no: typeof failed) => {
        found = ok
        failed = no
        return 1
      },
      clearWatch: () => undefined,
    },
  })
  vi.stubGlobal('document', new EventTarget())
  handle = await openPhone()
})
afterEach(() => {
  stopPosition()
  closePhone()
})

describe('the position', () => {
  it('searches, shows what it has so far, and is a fix once it is good', () => {
    startPosition()
    expect(position.value).toEqual({ status: 'searching', elapsed_s: 0 })
    tick(3000)
    fix(85)
    expect(position.value).toMatchObject({ status: 'searching', accuracy_m: 85, elapsed_s: 3 })
    fix(12)
    expect(position.value).toMatchObject({ status: 'fix', accuracy_m: 12 })
  })

  it('keeps the best of twenty seconds, then believes the newer ones', () => {
    startPosition()
    fix(10, -35.1)
    tick(5000)
    fix(40, -35.2)
    expect(position.value).toMatchObject({ accuracy_m: 10, lon: -35.1 })
    tick(16_000)
    fix(30, -35.3)
    expect(position.value).toMatchObject({ accuracy_m: 30, lon: -35.3 })
  })

  it('never loses the last good fix to a transient error', () => {
    startPosition()
    fix(15)
    fail(2)
    fail(3)
    expect(position.value).toMatchObject({ status: 'fix', accuracy_m: 15 })
  })

  it.each([[180, 'low'], [1500, 'approximate']])('with %i m after twenty seconds is %s', (accuracy, status) => {
    startPosition()
    fix(accuracy)
    tick(21_000)
    expect(position.value.status).toBe(status)
  })

  it('tells denied from unavailable', () => {
    startPosition()
    fail(1)
    expect(position.value.status).toBe('denied')
    stopPosition()
    startPosition()
    tick(25_000)
    fail(3)
    expect(position.value.status).toBe('unavailable')
  })
})

describe('after saving', () => {
  const gps = (accuracy_m: number): Place => ({ source: 'gps', lon: -35.2, lat: -5.79, accuracy_m, point_id: null, text: null, reason: null, fixed_at: null })
  const placeOf = async (): Promise<Place> => ((await allRows(handle))[0]!.body as EncounterBody).place
  const written = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))))

  it('a better fix amends the place, a worse one does not, and the hold ends early', async () => {
    startPosition()
    fix(120)
    const saved = Date.now()
    const { held_until } = await recordEncounter(encounter({ place: gps(120) }))
    expect(held_until).toBe(saved + 20_000)
    fix(300)
    tick(4000)
    fix(18, -35.25)
    await vi.waitFor(async () => expect(await placeOf()).toMatchObject({ accuracy_m: 18, lon: -35.25, source: 'gps' }))
    expect((await allRows(handle))[0]!.held_until).toBe(saved + 10_000)
    expect((await handle.db.getAll('records'))[0]!.body).toMatchObject({ place: { accuracy_m: 18 } })
  })

  it('a fix that comes after the hold changes nothing', async () => {
    startPosition()
    fix(120)
    await recordEncounter(encounter({ place: gps(120) }))
    tick(20_001)
    fix(5)
    for (let turn = 0; turn < 10; turn += 1) await written()
    expect((await placeOf()).accuracy_m).toBe(120)
  })

  it('what was before, or has a place set by hand, is not touched by the GPS', async () => {
    startPosition()
    fix(200)
    const place: Place = { ...gps(0), source: 'map', accuracy_m: null }
    const { held_until } = await recordEncounter(encounter({ place, late_at: new Date(Date.now() - 60_000).toISOString() }))
    expect(held_until).toBe(Date.now() + 10_000)
    fix(5)
    for (let turn = 0; turn < 10; turn += 1) await written()
    expect(await placeOf()).toEqual(place)
  })
})
