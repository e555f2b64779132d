// The actions on a real database of a phone: what is said of a referral goes after it, and is taken back with it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recordEncounter, SaveFailed, undo } from '../../src/actions'
import { redirectReferral, revokeReferral, sendReferral, undoReferral } from '../../src/actions/referral'
import { planTrip, setOut, tellAnswer } from '../../src/actions/referral-moves'
import type { HoldTold } from '../../src/contract/commands'
import { instant } from '../../src/contract/ids'
import type { Unit } from '../../src/contract/pull'
import { DraftRefused } from '../../src/rules/problems'
import type { ReferralDraft } from '../../src/rules/referral'
import type { Handle } from '../../src/store/open'
import { applyPage } from '../../src/store/pulled'
import { allRows } from '../../src/store/sending'
import { outbox, referrals, units } from '../../src/store/state'
import { emptyLane } from '../../src/sync/push'
import { failingDisk } from '../make/disk'
import { closePhone, encounter, json, openPhone, page, server, type Request } from '../make/phone'

let handle: Handle
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-27T23:00:00Z') })
  handle = await openPhone()
})
afterEach(closePhone)

const U = '0193a000-0000-7000-8000-00000000000e'
const V = '0193a000-0000-7000-8000-00000000000f'
const wish = (changed: Partial<ReferralDraft> = {}): ReferralDraft =>
  ({ unit_id: U, called: null, people_count: 1, with_children: false, with_animals: false, person_accepted: true, note: null, ...changed })
const one = (id: string) => referrals.value.find((each) => each.id === id)!
async function sendAll(told: HoldTold | null = null): Promise<Request[]> {
  vi.setSystemTime(Date.now() + 25_000)
  const asked = server((request) => json({
    received_at: instant(Date.now()),
    outcomes: request.envelope!.commands.map(({ id, name }) => ({ id, status: 'done', receipt: 'R', problem: null, ...(name === 'referrals.send' && told ? { told } : {}) })),
  }))
  await emptyLane(handle, 'urgent', () => undefined)
  await emptyLane(handle, 'normal', () => undefined)
  return asked
}
const refer = async (changed: Partial<ReferralDraft> = {}): Promise<string> =>
  (await recordEncounter(encounter(), { referral: wish(changed) })).referral!.referral_id

describe('a referral', () => {
  it('goes as version 2, with nothing claimed that nobody said', async () => {
    await refer()
    const [request] = await sendAll()
    const command = request!.envelope!.commands.find((each) => each.name === 'referrals.send')!
    expect(command.version).toBe(2)
    expect(command.body).toMatchObject({ purpose: 'place', profile: [], reasons: [], travel: null, vehicle_asked: false, with_cart: false, belongings: null, redirects_id: null })
  })
  it('says for whom: the only one there is, or who was chosen of a group', async () => {
    const alone = await recordEncounter(encounter(), { referral: wish() })
    expect(one(alone.referral!.referral_id).people).toEqual([{ participation_id: alone.participation_ids[0], person_id: null, called: null }])
    const group = await recordEncounter(encounter({ people_count: 3 }), { referral: wish({ people_count: 2, people_at: [0, 2] }) })
    expect(one(group.referral!.referral_id).people.map((each) => each.participation_id)).toEqual([group.participation_ids[0], group.participation_ids[2]])
    const untold = await recordEncounter(encounter({ people_count: 3 }), { referral: wish({ people_count: 3 }) })
    expect(one(untold.referral!.referral_id).people).toEqual([])
  })
  it('of more people chosen than go is refused by name', async () => {
    await expect(refer({ people_count: 1, people_at: [0, 1] })).rejects.toMatchObject({ fields: { people: expect.any(String) } })
  })
  it('tells at the push what became of its place', async () => {
    const id = await refer()
    expect(one(id)).toMatchObject({ hold: null, held_until: null })
    await sendAll({ hold: 'granted', held_until: '2026-11-28T02:50:00Z', next: null })
    expect(one(id)).toMatchObject({ state: 'delivered', hold: 'granted', held_until: '2026-11-28T02:50:00Z' })
  })
  it('made by a phone of before goes as it was made', async () => {
    const id = await refer()
    const row = (await allRows(handle)).find((each) => each.name === 'referrals.send')!
    const { purpose: _, profile: __, people: ___, slip: ____, ...first } = row.body as Record<string, unknown>
    await handle.db.put('commands', { ...row, version: 1, body: first })
    const [request] = await sendAll()
    const command = request!.envelope!.commands.find((each) => each.name === 'referrals.send')!
    expect([command.version, 'purpose' in command.body]).toEqual([1, false])
    expect(one(id).state).toBe('delivered')
  })
})

describe('a redirect', () => {
  it('asks the same of the next unit, after all that was said of the first', async () => {
    const id = await refer({ people_count: 2, with_animals: true, travel: 'on_foot', profile: ['couples', 'animals'], called: 'Zé' })
    await sendAll({ hold: 'taken', held_until: null, next: { unit_id: V, name: 'Casa', free_places: 2, free_noted_at: instant(Date.now()) } })
    await tellAnswer({ referral_id: id, status: 'declined', reason: 'no_place', text: null, who: null })
    const next = await redirectReferral(one(id), V)
    expect(one(next.referral_id).body).toMatchObject({
      unit_id: V, redirects_id: id, people_count: 2, with_animals: true, travel: 'on_foot', profile: ['couples', 'animals'], called: 'Zé', encounter_id: one(id).encounter_id,
    })
    expect(one(next.referral_id).code).not.toBe(one(id).code)
    expect(one(id)).toMatchObject({ status: 'redirected', redirected_to_id: next.referral_id })
    const told = (await allRows(handle)).find((row) => row.name === 'referrals.tell_answer')!
    expect((await allRows(handle)).find((row) => row.record_id === next.referral_id)!.after).toContain(told.id)
  })
  it('taken back before it left leaves the first as it was', async () => {
    const id = await refer()
    await sendAll()
    const next = await redirectReferral(one(id), V)
    expect(await undoReferral(next.referral_id)).toBe(true)
    expect(one(id).status).toBe('sent')
    expect(referrals.value).toHaveLength(1)
  })
  it('is not taken back once it left', async () => {
    const id = await refer()
    await sendAll()
    expect(await undoReferral(id)).toBe(false)
  })
})

describe('what is said of one on its way', () => {
  it('goes after it and counts as unsent', async () => {
    const id = await refer()
    await setOut(id, 'with_team')
    const rows = await allRows(handle)
    expect(rows.find((row) => row.name === 'referrals.set_out')!.after).toEqual([rows.find((row) => row.name === 'referrals.send')!.id])
    expect(one(id)).toMatchObject({ status: 'on_the_way', travel: 'with_team', unsent: true })
    expect(outbox.value.map((item) => item.what.key)).toContain('Saída para a unidade')
  })
  it('is taken back with it; a trip goes on with the others', async () => {
    const [a, b] = [await refer(), await refer()]
    await setOut(a, null)
    await planTrip({ travel: 'with_team', vehicle_asked: false, note: null, referral_ids: [a, b] })
    expect(one(b)).toMatchObject({ stop: 2, travel: 'with_team' })
    expect(await undoReferral(a)).toBe(true)
    const rows = await allRows(handle)
    expect(rows.some((row) => row.name === 'referrals.set_out')).toBe(false)
    expect(rows.find((row) => row.name === 'referrals.plan_trip')!.body).toMatchObject({ referral_ids: [b] })
    await planTrip({ travel: 'with_team', vehicle_asked: false, note: null, referral_ids: [b] })
    expect(await undoReferral(b)).toBe(true)
    expect((await allRows(handle)).some((row) => row.name === 'referrals.plan_trip')).toBe(false)
  })
  it('is refused by name when it says too little', async () => {
    const id = await refer()
    const told = { referral_id: id, text: null, who: null }
    await expect(tellAnswer({ ...told, status: 'declined', reason: null })).rejects.toBeInstanceOf(DraftRefused)
    await expect(tellAnswer({ ...told, status: 'ended', reason: 'other' })).rejects.toMatchObject({ fields: { text: expect.any(String) } })
    await expect(planTrip({ travel: 'ticket', vehicle_asked: false, note: null, referral_ids: [] })).rejects.toMatchObject({ fields: { referral_ids: expect.any(String) } })
    await expect(planTrip({ travel: 'ticket', vehicle_asked: false, note: null, referral_ids: [id, id] })).rejects.toBeInstanceOf(DraftRefused)
    await expect(planTrip({ travel: null as never, vehicle_asked: false, note: null, referral_ids: [id] })).rejects.toMatchObject({ fields: { travel: expect.any(String) } })
    expect((await allRows(handle)).map((row) => row.name)).toEqual(['encounters.record', 'referrals.send'])
  })
})

describe('what can go wrong in the street', () => {
  const refuseNext = async (only: string) => {
    vi.setSystemTime(Date.now() + 25_000)
    server((request) => json({
      received_at: instant(Date.now()),
      outcomes: request.envelope!.commands.map(({ id, name }) => (name === only
        ? { id, status: 'refused', receipt: null, problem: { code: 'referrals.unit_not_receiving', title: 'Esta unidade não recebe encaminhamentos.', fields: {} } }
        : { id, status: 'done', receipt: 'R', problem: null })),
    }))
    await emptyLane(handle, 'urgent', () => undefined)
    await emptyLane(handle, 'normal', () => undefined)
  }
  it('an encounter taken back with both its referrals takes their trip along: no empty trip is sent', async () => {
    const { encounter_id, referral } = await recordEncounter(encounter({ people_count: 2 }), { referral: wish() })
    const other = await sendReferral(wish({ encounter_id, unit_id: V }))
    await planTrip({ travel: 'with_team', vehicle_asked: false, note: null, referral_ids: [referral!.referral_id, other.referral_id] })
    expect(await undo(encounter_id)).toBe(true)
    expect(await allRows(handle)).toEqual([])
    expect(referrals.value).toEqual([])
  })
  it('a redirect of a redirect keeps its chain when the middle one is taken back', async () => {
    const first = await refer()
    await sendAll()
    const second = await redirectReferral(one(first), V)
    const third = await redirectReferral(one(second.referral_id), U)
    expect([one(first).status, one(second.referral_id).status]).toEqual(['redirected', 'redirected'])
    expect(await undoReferral(second.referral_id)).toBe(true)
    expect(one(third.referral_id).body!.redirects_id).toBe(first)
    const rows = await allRows(handle)
    expect(rows.find((row) => row.record_id === third.referral_id)!.after).toContain(rows.find((row) => row.record_id === first)!.id)
    expect(one(first)).toMatchObject({ status: 'redirected', redirected_to_id: third.referral_id })
  })
  it('cancelling one that was refused gives it up: nothing waits for it for ever', async () => {
    const id = await refer()
    await refuseNext('referrals.send')
    expect(one(id).state).toBe('needs_you')
    await revokeReferral(id, null)
    expect(one(id).state).toBe('withdrawn')
    expect((await allRows(handle)).map((row) => [row.name, row.state])).toEqual([
      ['encounters.record', 'delivered'], ['referrals.send', 'withdrawn'], ['sync.withdraw', 'queued'],
    ])
  })
  it('one that was refused is asked of another unit in its place, and waits for nothing refused', async () => {
    const id = await refer({ called: 'Zé' })
    await refuseNext('referrals.send')
    const next = await redirectReferral(one(id), V)
    const rows = await allRows(handle)
    const refused = rows.find((row) => row.record_id === id)!
    expect(refused.state).toBe('withdrawn')
    expect(rows.find((row) => row.record_id === next.referral_id)).toMatchObject({ state: 'held', body: { redirects_id: null, called: 'Zé', unit_id: V } })
    expect(rows.find((row) => row.record_id === next.referral_id)!.after).not.toContain(refused.id)
  })
  it('a move that was refused holds back no bed: the next unit is asked at once', async () => {
    const id = await refer()
    await sendAll()
    await setOut(id, 'on_foot') // without signal; the desk declined meanwhile
    const next = await redirectReferral(one(id), V)
    const requests: string[][] = []
    vi.setSystemTime(Date.now() + 25_000)
    const refusing = () => server((request) => {
      const names = request.envelope!.commands.map(({ name }) => name)
      requests.push(names)
      const isRefused = names.includes('referrals.set_out')
      return json({
        received_at: instant(Date.now()),
        outcomes: request.envelope!.commands.map(({ id: command, name }) => (name === 'referrals.set_out'
          ? { id: command, status: 'refused', receipt: null, problem: { code: 'referrals.already_declined', title: 'A unidade já respondeu que não pode receber.', fields: {} } }
          : { id: command, status: isRefused ? 'waiting' : 'done', receipt: isRefused ? null : 'R', problem: null })),
      })
    })
    refusing()
    await emptyLane(handle, 'urgent', () => undefined)
    await emptyLane(handle, 'urgent', () => undefined)
    expect(requests.at(-1)).toEqual(['referrals.send'])
    expect(one(next.referral_id).state).toBe('delivered')
    // Nor does it hold back what is said afterwards.
    await revokeReferral(next.referral_id, null)
    expect((await allRows(handle)).at(-1)!.after).not.toContain((await allRows(handle)).find((row) => row.name === 'referrals.set_out')!.id)
  })
  it('the same form sent from two tabs is one referral', async () => {
    const { encounter_id } = await recordEncounter(encounter())
    const form = wish({ encounter_id, referral_id: '0193a000-0000-7000-8000-0000000000aa' })
    const [one, other] = [await sendReferral(form), await sendReferral(form)]
    expect(other).toEqual(one)
    expect((await allRows(handle)).filter((row) => row.name === 'referrals.send')).toHaveLength(1)
  })
  it('cancelling twice, from two tabs, is said once', async () => {
    const id = await refer()
    await sendAll()
    await revokeReferral(id, null)
    await revokeReferral(id, 'de novo')
    expect((await allRows(handle)).filter((row) => row.name === 'referrals.revoke')).toHaveLength(1)
  })
  it('a full phone leaves everything as it was, and says so', async () => {
    const id = await refer()
    await sendAll()
    const before = await allRows(handle)
    failingDisk('QuotaExceededError')
    for (const work of [() => setOut(id, null), () => revokeReferral(id, null), () => redirectReferral(one(id), V), () => tellAnswer({ referral_id: id, status: 'accepted', reason: null, text: null, who: null }),
      () => planTrip({ travel: 'with_team', vehicle_asked: false, note: null, referral_ids: [id] })]) {
      await expect(work()).rejects.toBeInstanceOf(SaveFailed)
    }
    vi.restoreAllMocks()
    expect(await allRows(handle)).toEqual(before)
    expect(one(id).status).toBe('sent')
  })
})

describe('a unit as an older server tells of it', () => {
  it('lacks nothing', async () => {
    const old = { id: U, name: 'Abrigo', kind: 'shelter', phone: null, address: null, lon: null, lat: null, region_id: null, receives: [], hours_text: null, takes_referrals: true, free_places: null, free_noted_at: null }
    await applyPage(handle, page({ changes: [{ type: 'unit', id: U, version: '1', body: old }] }), Date.now())
    const [unit] = units.value as [Unit]
    expect(unit).toMatchObject({ has_desk: true, services: [], entry_conditions: [], free_for: null, hours: { open: [], admission: [], exceptions: [] } })
  })
})
