// The route on the phone: which night is on, what was said here laid over what the server knows, whatever the order; what waits.
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atPoint, missStop, visitPoint } from '../../src/actions/route'
import { passBy, startShift, pauseShift } from '../../src/actions/shift'
import type { Point, RouteNight, RouteStop } from '../../src/contract/pull'
import { distanceM } from '../../src/map/geometry'
import { lastVisit, nextNight, nightsNow, saidHere, standingOf, stopsOf, windOf, type Row } from '../../src/rules/route'
import type { Handle } from '../../src/store/open'
import type { CommandRow } from '../../src/store/rows'
import { tonight } from '../../src/screens/route/tonight'
import { clockOffset, me, points, shift } from '../../src/store/state'
import { closePhone, giveMe, openPhone, sealPair } from '../make/phone'

const TEAM = '0193a000-0000-7000-8000-00000000000a'
const stop = (point_id: string, more: Partial<RouteStop> = {}): RouteStop => ({ point_id, state: null, at: null, reason: null, ...more })
const night = (more: Partial<RouteNight> = {}): RouteNight => ({
  id: 'r1', team_id: TEAM, name: 'Centro', note: null, on_date: '2026-11-27', starts_at: '2026-11-27T21:00:00.000Z', ends_at: '2026-11-28T02:00:00.000Z',
  stops: [stop('p1'), stop('p2'), stop('p3')], ...more,
})
const point = (id: string, more: Partial<Point> = {}): Point => ({ id, name: id, kind: 'square', region_id: null, lon: -35.2, lat: -5.79, frequency_days: 7, last_visit_on: null, ...more })
const POINTS = [point('p1'), point('p2', { lat: -5.8 }), point('p3', { lat: -5.81 })]
const row = (name: Row['name'], body: unknown, at = '2026-11-27T22:00:00.000Z', state: Row['state'] = 'queued'): Row => ({ name, body, state, occurred_at: at })
const visited = (id: string, at?: string, state?: Row['state']) => row('shifts.visit_point', { mark_id: 'm', shift_id: null, team_id: TEAM, point_id: id, people_count: null }, at, state)
const passed = (id: string, at?: string) => row('shifts.pass_by', { mark_id: 'm', shift_id: null, team_id: TEAM, region_id: null, place: atPoint(id) }, at)
const missed = (id: string, on_date = '2026-11-27') => row('shifts.miss_stop', { miss_id: 'x', route_id: 'r1', point_id: id, on_date, reason: 'rain' })
const met = (place: object, encounter_id = 'e') => row('encounters.record', { encounter_id, team_id: TEAM, place: { ...atPoint(''), point_id: null, ...place } })
const states = (rows: Row[], of = night()) => stopsOf(of, saidHere(rows, POINTS, distanceM)).map(({ state }) => state)

describe('tonight', () => {
  it('is what is on, an hour before and after too, of the open shift’s team alone', () => {
    const other = night({ id: 'r2', team_id: 'other' })
    const at = (iso: string, team: string | null = TEAM) => nightsNow([night(), other], team, Date.parse(iso)).map(({ id }) => id)
    expect([at('2026-11-27T19:59:00Z'), at('2026-11-27T20:01:00Z'), at('2026-11-28T02:59:00Z'), at('2026-11-28T03:00:00Z')]).toEqual([[], ['r1'], ['r1'], []])
    expect(at('2026-11-27T22:00:00Z', null)).toEqual(['r1', 'r2'])
    expect(nextNight([night({ on_date: '2026-11-28', starts_at: '2026-11-28T21:00:00.000Z' }), night()], Date.parse('2026-11-27T23:00:00Z'))?.on_date).toBe('2026-11-28')
  })

  it('shows what was said here and by a colleague, the strongest word in any order', () => {
    const rows = [missed('p1'), passed('p1', '2026-11-27T22:30:00.000Z'), visited('p2'), passed('p2', '2026-11-27T23:30:00.000Z'), missed('p3')]
    expect(states(rows)).toEqual(['nobody', 'done', 'missed'])
    expect(states([...rows].reverse())).toEqual(['nobody', 'done', 'missed'])
    const told = night({ stops: [stop('p1', { state: 'done', at: '2026-11-27T22:00:00.000Z' }), stop('p2'), stop('p3', { state: 'nobody', at: '2026-11-27T22:00:00.000Z' })] })
    expect(states([passed('p1'), missed('p3')], told)).toEqual(['done', null, 'nobody'])
  })

  it('takes an encounter at the point or near it, and nothing refused, withdrawn, of another night or another team', () => {
    expect(states([met({ point_id: 'p1' }), met({ source: 'gps', lon: -35.2, lat: -5.8005 })])).toEqual(['done', 'done', null])
    expect(states([met({ point_id: 'p1' }), row('encounters.withdraw', { encounter_id: 'e' })])).toEqual([null, null, null])
    expect(states([visited('p1', undefined, 'needs_you'), visited('p2', '2026-11-26T22:00:00.000Z'), missed('p3', '2026-11-26')])).toEqual([null, null, null])
    expect(states([visited('p1')], night({ team_id: 'other' }))).toEqual([null, null, null])
  })
})

describe('a point', () => {
  it('waits after its days, is poorly known after the city’s, and a visit made here counts at once', () => {
    const said = saidHere([passed('p1', '2026-11-27T15:00:00.000Z'), missed('p2')], POINTS, distanceM)
    expect([lastVisit(POINTS[0]!, said), lastVisit(POINTS[1]!, said)]).toEqual(['2026-11-27', null])
    const how = (last: string | null, stale?: number) => standingOf(POINTS[0]!, last, '2026-11-27', stale)
    expect([how('2026-11-21'), how('2026-11-20'), how('2026-09-28'), how(null), how('2026-11-12', 15)]).toEqual(['fresh', 'due', 'precarious', 'precarious', 'precarious'])
  })

  it('lies in one of eight directions', () => {
    const from = [-35.2, -5.79] as const
    expect([[0, 0.01], [0.01, 0.01], [0.01, 0], [0, -0.01], [-0.01, 0], [-0.01, 0.01]].map(([e, n]) => windOf(from, [from[0] + e!, from[1] + n!]))).toEqual([0, 1, 2, 4, 6, 7])
  })
})

describe('what is told of a stop', () => {
  let handle: Handle
  beforeEach(async () => { handle = await openPhone() })
  afterEach(closePhone)
  const rows = (): Promise<CommandRow[]> => handle.db.getAll('commands')
  const example = (name: string) => JSON.parse(readFileSync(new URL(`../../../tests/contract/push_shifts_${name}.json`, import.meta.url), 'utf8')).commands[0].body as object

  it('goes by the clock of the server where that of the phone is hours off', async () => {
    await giveMe(handle, await sealPair())
    const server = Date.now() + 9 * 3_600_000
    const at = (hours: number) => new Date(server + hours * 3_600_000).toISOString()
    clockOffset.value = 9 * 3_600_000
    me.value = { ...me.value!, routes: [night({ starts_at: at(-1), ends_at: at(3) })] }
    await startShift({ team_id: TEAM, reference_unit_id: 'u', companion_ids: [] })
    clockOffset.value = 9 * 3_600_000
    await visitPoint('p1', null)
    clockOffset.value = 9 * 3_600_000
    expect(tonight.value.map(({ stops }) => stops.map(({ state }) => state))).toEqual([['done', null, null]])
    clockOffset.value = 0
    // One point is out of use by now: what was said of the first stays, the third is asked about no more.
    points.value = [POINTS[1]!]
    me.value = { ...me.value!, routes: [night({ starts_at: new Date(Date.now() - 1000).toISOString(), ends_at: at(3) })] }
    expect(tonight.value.map(({ stops }) => stops.map(({ point_id }) => point_id))).toEqual([['p1', 'p2']])
    points.value = []
  })

  it('has the shape of the examples, keeps the hour of before, ends a break, and can be taken back', async () => {
    await giveMe(handle, await sealPair())
    await startShift({ team_id: TEAM, reference_unit_id: 'u', companion_ids: [] })
    await pauseShift()
    await visitPoint('p1', 4, '2026-11-27T22:00:00.000Z')
    expect(shift.value!.paused_at).not.toBeNull()
    await visitPoint('p2', null)
    expect(shift.value!.paused_at).toBeNull()
    await passBy(atPoint('p3'), '2026-11-27T22:10:00.000Z')
    const { undo } = await missStop({ id: 'r1', on_date: '2026-11-27' }, 'p3', 'rain')
    const made = await rows()
    const of = (name: string) => made.filter((each) => each.name === name)
    expect(of('shifts.visit_point').map(({ occurred_at }) => occurred_at)[0]).toBe('2026-11-27T22:00:00.000Z')
    expect(of('shifts.pass_by')[0]!.occurred_at).toBe('2026-11-27T22:10:00.000Z')
    expect(Object.keys(of('shifts.visit_point')[0]!.body as object).sort()).toEqual(Object.keys(example('visit_point')).sort())
    expect(Object.keys(of('shifts.miss_stop')[0]!.body as object).sort()).toEqual(Object.keys(example('miss_stop')).sort())
    expect(await undo()).toBe(true)
    expect((await rows()).some(({ name }) => name === 'shifts.miss_stop')).toBe(false)
  })
})
