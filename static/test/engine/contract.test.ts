// The examples that the server's tests push: made here by the real actions, with a fixed clock and fixed chance.
// VINCULO_WRITE_CONTRACT=1 writes them anew; otherwise what the phone makes must equal what is committed.
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  completeEncounter, correctEncounter, correctHomeVisit, giveUp, recordEncounter, recordHomeVisit,
  withdrawEncounter, withdrawHomeVisit,
} from '../../src/actions'
import { revokeReferral, sendReferral } from '../../src/actions/referral'
import { planTrip, setOut, tellAnswer } from '../../src/actions/referral-moves'
import { endShift, startShift } from '../../src/actions/shift'
import type { Command, CommandName, PushEnvelope } from '../../src/contract/commands'
import { instant } from '../../src/contract/ids'
import type { PullPage } from '../../src/contract/pull'
import type { Handle } from '../../src/store/open'
import { flagRules, loadFlags } from '../../src/store/flags'
import { applyPage } from '../../src/store/pulled'
import { households, me, people, points, records, referrals, regions, toldShifts, units } from '../../src/store/state'
import { emptyLane } from '../../src/sync/push'
import { closePhone, done, encounter, json, openPhone, server, TEAM, UNIT } from '../make/phone'

const FOLDER = new URL('../../../tests/contract/', import.meta.url)
const NOW = Date.parse('2026-11-22T23:40:05.123Z')
const write = Boolean(process.env['VINCULO_WRITE_CONTRACT'])

let handle: Handle
const made = new Map<CommandName, Command>()
const later = (ms: number) => vi.setSystemTime(Date.now() + ms)

// Both lanes until nothing is left; what a real server would have been sent is kept by command name.
async function send(reply = done): Promise<void> {
  later(25_000)
  const asked = server(reply)
  await emptyLane(handle, 'urgent', () => undefined)
  await emptyLane(handle, 'normal', () => undefined)
  for (const request of asked) for (const command of request.envelope!.commands) if (!made.has(command.name)) made.set(command.name, command)
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  let step = 0
  const real = crypto.getRandomValues.bind(crypto)
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    if (array!.byteLength !== 10 && array!.byteLength !== 8) return real(array as never) // of the vault, not of an id or a code
    const bytes = new Uint8Array(array!.buffer, array!.byteOffset, array!.byteLength)
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (step += 37) % 248
    return array
  })
  handle = await openPhone()
  await makeAll()
  vi.setSystemTime(NOW)
})
afterAll(closePhone)

async function makeAll(): Promise<void> {
  const place = { source: 'gps' as const, lon: -35.2094, lat: -5.7945, accuracy_m: 12, point_id: null, text: null, reason: null, fixed_at: instant(NOW - 2000) }
  await startShift({ team_id: TEAM, reference_unit_id: UNIT, companion_ids: ['0193a000-0000-7000-8000-00000000000c'], place })
  const { encounter_id, participation_ids } = await recordEncounter(encounter({
    situation: 'family', people_count: 4, people: [{ age_band: 'age_18_59', sex: 'female' }, { age_band: 'age_0_12', sex: null }], place, note: 'Sob o viaduto.',
  }))
  await completeEncounter(encounter_id, {
    note: 'Pediu cobertor.', needs: ['clothing', 'food'], outcome: 'accepted_shelter',
    names: [{ participation_id: participation_ids[0]!, called: 'Dona Rosa', called_kind: 'nickname' }],
  })
  const { referral_id } = await sendReferral({
    encounter_id, unit_id: '0193a000-0000-7000-8000-00000000000e', called: 'Rosa', people_count: 4, with_children: true, with_animals: false, person_accepted: true, note: null,
    profile: ['women', 'children'], travel: 'on_foot', vehicle_asked: true, belongings: 'Um carrinho',
  })
  const visit = {
    household_id: null, called: 'Casa azul da esquina', result: 'done' as const, present: ['child' as const, 'mother' as const], member_ids: [],
    place: { ...place, source: 'none' as const, lon: null, lat: null, accuracy_m: null, fixed_at: null, reason: 'not_wanted' as const }, late_at: null, note: null, next_on: '2026-12-06',
  }
  const { visit_id } = await recordHomeVisit(visit)
  await send()
  const corrected = await correctEncounter(encounter_id, encounter({ situation: 'family', people_count: 3, place: { ...place, source: 'map' }, late_at: instant(NOW - 900_000) }), 'Eram três.')
  const second = await correctHomeVisit(visit_id, { ...visit, result: 'nobody_home', present: [] })
  await setOut(referral_id, 'with_team')
  await planTrip({ travel: 'other_vehicle', vehicle_asked: true, note: 'Uma carroça.', referral_ids: [referral_id] })
  await tellAnswer({ referral_id, status: 'accepted', reason: null, text: 'Até as 21 h.', who: 'Recepção' })
  await send()
  await revokeReferral(referral_id, 'A pessoa mudou de ideia.')
  await send()
  await withdrawEncounter(corrected.encounter_id, 'by_mistake')
  await withdrawHomeVisit(second.visit_id, 'duplicate')
  await endShift(place)
  await send()
  await recordEncounter(encounter())
  await send((request) => json({
    received_at: instant(Date.now()),
    outcomes: request.envelope!.commands.map(({ id }) => ({ id, status: 'refused', receipt: null, problem: { code: 'x.y', title: 'Não.', fields: {} } })),
  }))
  const refused = (await handle.db.getAll('commands')).find((row) => row.state === 'needs_you')!
  await giveUp(refused.id)
  await send()
}

const NAMES: CommandName[] = [
  'shifts.start', 'shifts.end', 'encounters.record', 'encounters.complete', 'encounters.correct', 'encounters.withdraw',
  'home_visits.record', 'home_visits.correct', 'home_visits.withdraw', 'referrals.send', 'referrals.set_out', 'referrals.plan_trip', 'referrals.tell_answer', 'referrals.revoke', 'sync.withdraw',
]

const JOURNEY: CommandName[] = ['shifts.start', 'encounters.record', 'encounters.complete', 'home_visits.record', 'referrals.send']

function agreesWith(fileName: string, commands: Command[]): void {
  const envelope: Omit<PushEnvelope, 'waiting'> = { device_id: '0193a000-0000-7000-8000-00000000000d', sent_at: instant(NOW + 60_000), commands }
  const file = new URL(fileName, FOLDER)
  if (write) writeFileSync(file, `${JSON.stringify(envelope, null, 2)}\n`)
  expect(envelope).toEqual(JSON.parse(readFileSync(file, 'utf8')))
}

describe('the commands of the phone', () => {
  it.each(NAMES)('%s is what the committed example says', (name) => {
    agreesWith(`push_${name.replace('.', '_')}.json`, [made.get(name)!])
  })

  it('of one shift go in one request, each after what it needs', () => {
    agreesWith('push_journey.json', JOURNEY.map((name) => made.get(name)!))
  })
})

describe('a page of the server', () => {
  it('is understood, type by type', async () => {
    const page = JSON.parse(readFileSync(new URL('pull_page.json', FOLDER), 'utf8')) as PullPage
    await applyPage(handle, page, NOW)
    expect(me.value!.teams[0]!.name).toBe('Rua Leste')
    expect(units.value[0]).toMatchObject({ name: 'Abrigo Municipal', free_places: 3, place_rule: 'beds', free_for: { men: 3 }, hours: { admission: [{ closes: '20:30' }] } })
    expect(regions.value[0]!.outline.type).toBe('MultiPolygon')
    expect(points.value[0]!.lon).toBeCloseTo(-35.2)
    expect(households.value[0]!.members[0]!.kind).toBe('child')
    expect(people.value[0]!.called).toBe('Dona Rosa')
    expect(records.value.find((each) => each.id === '0193a000-0000-7000-8000-000000000201')).toMatchObject({ type: 'encounter', state: 'remote', mine: false, place_label: 'Leste' })
    expect(records.value.find((each) => each.id === '0193a000-0000-7000-8000-000000000202')).toMatchObject({ type: 'home_visit', mine: true })
    expect(referrals.value.find((each) => each.code === 'ABC234')).toMatchObject({ status: 'declined', decline_reason: 'no_place' })
    expect(toldShifts.value).toMatchObject([{ end_kind: 'rule', ended_at: '2026-11-22T22:00:00.000Z' }])
    await loadFlags(handle)
    expect(flagRules.value).toMatchObject([{ recipient: 'guardianship_council', obligation: 'mandatory' }])
    expect(page.changes.map((each) => each.type).sort()).toEqual(['encounter', 'ficha', 'flag_rules', 'home_visit', 'household', 'me', 'person', 'point', 'referral', 'region', 'shift', 'task', 'unit'])
  })
})
