// The shift on the phone: every tap is stored with its command, nothing waits for the network, and what the server says of a
// shift that it closed is shown.
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endShift, enterRegion, leaveClosed, passBy, pauseShift, resumeShift, startShift } from '../../src/actions/shift'
import type { Place } from '../../src/contract/commands'
import type { PulledShift } from '../../src/contract/pull'
import { closedElsewhere, daysSince, endOfClock, isForgotten, nextPlanned, plannedFor, proposedRegion } from '../../src/rules/shift'
import { applyPage } from '../../src/store/pulled'
import type { Handle } from '../../src/store/open'
import type { CommandRow } from '../../src/store/rows'
import { shift, toldShifts } from '../../src/store/state'
import { closePhone, giveMe, openPhone, page, sealPair, TEAM, UNIT } from '../make/phone'

const REGION = '0193a000-0000-7000-8000-00000000000f'
const HERE: Place = { source: 'gps', lon: -35.2, lat: -5.79, accuracy_m: 12, point_id: null, text: null, reason: null, fixed_at: '2026-11-22T23:40:03.123Z' }
let handle: Handle
const rows = (): Promise<CommandRow[]> => handle.db.getAll('commands')
const start = () => startShift({ team_id: TEAM, reference_unit_id: UNIT, companion_ids: ['c'], region_id: REGION, place: HERE })

beforeEach(async () => { handle = await openPhone() })
afterEach(closePhone)

type Shape = string | Shape[] | { [name: string]: Shape }
const shapeOf = (value: unknown): Shape => Array.isArray(value) ? value.map(shapeOf).slice(0, 1)
  : value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort().map(([name, inside]) => [name, shapeOf(inside)]))
    : typeof value === 'boolean' || typeof value === 'number' ? typeof value : 'word'
const example = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../tests/contract/push_${name.replace('.', '_')}.json`, import.meta.url), 'utf8')).commands[0].body

describe('a shift', () => {
  it('goes from region to region, rests, passes by and ends, each behind its start and in the shape of the examples', async () => {
    const { shift_id } = await start()
    await enterRegion('r2')
    expect(shift.value).toMatchObject({ shift_id, region_id: 'r2', paused_at: null })
    await pauseShift()
    expect(shift.value!.paused_at).not.toBeNull()
    await resumeShift()
    expect(shift.value!.paused_at).toBeNull()
    await passBy(HERE)
    await endShift(HERE)
    expect(shift.value).toBeNull()
    const made = await rows()
    expect(made.map((row) => [row.name, row.version])).toEqual([
      ['shifts.start', 2], ['shifts.enter_region', 1], ['shifts.pause', 1], ['shifts.resume', 1], ['shifts.pass_by', 1], ['shifts.end', 2],
    ])
    expect(made.slice(1).every((row) => row.after.length === 1 && row.after[0] === made[0]!.id)).toBe(true)
    for (const row of made) expect(shapeOf(row.body), row.name).toEqual(shapeOf(example(row.name)))
    expect(new Set(made.map((row) => (row.body as { shift_id: string }).shift_id))).toEqual(new Set([shift_id]))
  })

  it('"passei aqui" can be taken back while it is held, ends the break, and needs no shift', async () => {
    await giveMe(handle, await sealPair())
    await start()
    await pauseShift()
    const { undo } = await passBy(HERE)
    expect(shift.value!.paused_at).toBeNull()
    expect(await undo()).toBe(true)
    expect((await rows()).some((row) => row.name === 'shifts.pass_by')).toBe(false)
    expect(shift.value!.paused_at).not.toBeNull() // the break goes on
    await endShift()
    await passBy(HERE)
    expect((await rows()).at(-1)!.body).toMatchObject({ shift_id: null, team_id: TEAM, region_id: null })
  })

  it('told afterwards ends at the hour that was said, without the place of now', async () => {
    await start()
    const at = '2026-11-22T20:00:00.000Z'
    await endShift(HERE, at)
    expect((await rows()).at(-1)).toMatchObject({ name: 'shifts.end', occurred_at: at, body: { place: null, late: true } })
  })

  it('that the server closed says so until the worker has answered', async () => {
    const { shift_id } = await start()
    const told: PulledShift = { id: shift_id, team_id: TEAM, region_id: REGION, started_at: shift.value!.started_at, paused_at: null, ended_at: '2026-11-22T22:00:00.000Z', end_kind: 'rule' }
    await applyPage(handle, page({ changes: [{ type: 'shift', id: shift_id, version: '1', body: told }] }), Date.now())
    expect(closedElsewhere(shift.value, toldShifts.value)).toMatchObject({ end_kind: 'rule' })
    await leaveClosed()
    expect(shift.value).toBeNull()
    expect((await rows()).map((row) => row.name)).toEqual(['shifts.start'])
    expect(closedElsewhere(shift.value, toldShifts.value)).toBeNull()
  })
})

describe('the rules', () => {
  const from = new Date(2026, 10, 22, 18, 0).toISOString()
  const next = new Date(2026, 10, 24, 9, 0).getTime()
  it.each([
    ['22:15', new Date(2026, 10, 22, 22, 15)], ['06:30', new Date(2026, 10, 23, 6, 30)], ['17:59', new Date(2026, 10, 22, 18, 0)], ['17:58', new Date(2026, 10, 23, 17, 58)],
  ])('%s is of the night on which the shift went on, not of the day on which it is told', (text, at) => {
    expect(endOfClock(text, from, next)).toBe(at.toISOString())
  })
  it('an hour that has not come, or is none, is no end', () => {
    expect(endOfClock('23:00', from, Date.parse(from) + 3_600_000)).toBeNull()
    for (const odd of ['', '25:00', '10:61', 'x']) expect(endOfClock(odd, from, next)).toBeNull()
  })
  it('the planned shift is the one that has begun or is about to, of this team', () => {
    const one = { id: 'p', team_id: TEAM, starts_at: from, ends_at: new Date(2026, 10, 23, 6, 0).toISOString(), region_ids: ['n'], vehicle: null, note: null, with_names: [] }
    const start = Date.parse(from)
    expect([start - 3 * 3_600_000, start - 3_600_000, start + 11 * 3_600_000, start + 12 * 3_600_000].map((now) => plannedFor([one], TEAM, now)?.id)).toEqual([undefined, 'p', 'p', undefined])
    expect(plannedFor([one], 'other', start)).toBeNull()
    expect(nextPlanned([{ ...one, id: 'q', starts_at: one.ends_at, ends_at: new Date(2026, 10, 24).toISOString() }, one], start)?.id).toBe('p')
  })
  it.each([
    ['n', [], null, 'n'], ['n', ['s'], null, 's'], ['s', ['n', 's'], null, 's'], ['x', ['n', 's'], null, 'n'], [null, [], 's', 's'], ['x', [], null, null], [null, [], null, null],
  ])('the region proposed: here %s, planned %s, last %s → %s', (here, planned, last, proposed) => {
    expect(proposedRegion(['n', 's'], here, planned, last)).toBe(proposed)
  })
  it('counts days of the calendar since a visit', () => {
    expect([daysSince('2026-11-01', '2026-11-28'), daysSince('2026-11-28', '2026-11-28'), daysSince(null, '2026-11-28')]).toEqual([27, 0, null])
  })
  it('fourteen hours are long, and the server has the last word only on what it closed', () => {
    const open = { shift_id: 's', started_at: from }
    expect(isForgotten(open, Date.parse(from) + 14 * 3_600_000)).toBe(false)
    expect(isForgotten(open, Date.parse(from) + 14 * 3_600_000 + 1)).toBe(true)
    const told: PulledShift = { id: 's', team_id: TEAM, region_id: null, started_at: from, paused_at: null, ended_at: null, end_kind: null }
    expect(closedElsewhere(open, [told])).toBeNull()
    expect(closedElsewhere(open, [{ ...told, id: 'other', ended_at: from, end_kind: 'rule' }])).toBeNull()
  })
})
