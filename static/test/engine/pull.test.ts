import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deleteDB } from 'idb'
import { recordEncounter } from '../../src/actions'
import { revokeReferral } from '../../src/actions/referral'
import { ageOut, ageOutOthers } from '../../src/store/ageing'
import { readMeta } from '../../src/store/meta'
import type { Handle } from '../../src/store/open'
import { changeWorker, workerRow } from '../../src/store/device'
import { forgetHere } from '../../src/actions/opening'
import { mail } from '../../src/sync/mail'
import { badge, clockSkew, me, othersUnsent, people, records, referrals, session, units } from '../../src/store/state'
import { allRows, sealDelivered } from '../../src/store/sending'
import { pull } from '../../src/sync/pull'
import { emptyLane } from '../../src/sync/push'
import { closePhone, done, encounter, giveMe, json, meBody, openPhone, page, sealPair, server, states, TEAM, UNIT } from '../make/phone'

let handle: Handle
const shown = { onSilent: () => undefined, onListing: () => undefined }
const unit = (id: string, version = '1') => ({ type: 'unit', id, version, body: { id, name: `Abrigo ${id}` } })
const person = (id: string, last_met_at: string) => ({ type: 'person', id, version: '1', body: { id, called: id, last_met_at } })
const whose = () => json({ worker: session.value!.worker, municipality: session.value!.municipality, csrf_token: 'csrf-1' })
const names = () => units.value.map((each) => each.id).sort()

beforeEach(async () => {
  handle = await openPhone()
})
afterEach(closePhone)

describe('a pull', () => {
  it('lists in pages, drops what the listing did not name, and keeps the cursor', async () => {
    server(json(page({ changes: [unit('old'), unit('stays')], cursor: 'c1' })))
    await pull(handle, shown)
    expect(names()).toEqual(['old', 'stays'])
    const asked = server(
      json(page({ reset: true, keep: true, has_more: true, cursor: 'c2', changes: [unit('stays', '2')] })), whose,
      json(page({ keep: true, cursor: 'c3', changes: [unit('new')] })),
    )
    expect(await pull(handle, shown)).toMatchObject({ then: 'done' })
    expect(asked[0]!.path).toContain('cursor=c1')
    expect(names()).toEqual(['new', 'stays'])
    expect(await readMeta(handle, 'cursor')).toBe('c3')
    server(json(page({ forget: [{ type: 'unit', id: 'new' }], cursor: 'c4' })))
    await pull(handle, shown)
    expect(names()).toEqual(['stays'])
  })

  it('drops nothing before the last page, and resumes where it was cut off', async () => {
    server(json(page({ changes: [unit('old')], cursor: 'c1' })))
    await pull(handle, shown)
    server(json(page({ reset: true, keep: true, has_more: true, cursor: 'c2', changes: [unit('a')] })), whose, new TypeError('tunnel'))
    expect(await pull(handle, shown)).toMatchObject({ then: 'wait', phase: 'no_answer' })
    expect(names()).toEqual(['a', 'old'])
    const asked = server(json(page({ keep: true, cursor: 'c3', changes: [unit('b')] })))
    await pull(handle, shown)
    expect(asked[0]!.path).toContain('cursor=c2')
    expect(names()).toEqual(['a', 'b'])
  })

  it("takes no listing meant for another worker's cookie", async () => {
    server(json(page({ changes: [unit('mine')] })))
    await pull(handle, shown)
    server(json(page({ reset: true, keep: true, changes: [unit('theirs')] })), json({ worker: { id: 'other' }, municipality: { id: 2408102 }, csrf_token: 'x' }))
    expect(await pull(handle, shown)).toEqual({ then: 'signed_out' })
    expect(names()).toEqual(['mine'])
  })

  it('asks for everything anew when the server cannot read its cursor', async () => {
    server(json(page({ cursor: 'broken' })))
    await pull(handle, shown)
    const asked = server(json({ code: 'sync.bad_cursor', title: '' }, 422), json(page({ reset: true, keep: true, changes: [unit('a')], cursor: 'c9' })), whose)
    await pull(handle, shown)
    expect(asked[1]!.path).not.toContain('cursor')
    expect(names()).toEqual(['a'])
  })

  it.each([['cut', new Response('{"changes":[{"ty', { headers: { 'Content-Type': 'application/json' } })], ['not a page', json({ changes: [] })], ['failing', json({ code: 'x.y' }, 500)]])(
    '%s changes nothing', async (_, reply) => {
      server(json(page({ changes: [unit('a')], cursor: 'c1' })))
      await pull(handle, shown)
      server(reply)
      expect(await pull(handle, shown)).toMatchObject({ then: 'wait' })
      expect(names()).toEqual(['a'])
      expect(await readMeta(handle, 'cursor')).toBe('c1')
    })

  it('warns once of a clock that is off by more than five minutes', async () => {
    server(json(page({ server_time: new Date(Date.now() - 10 * 60_000).toISOString() })))
    await pull(handle, shown)
    expect(clockSkew.value).toBeGreaterThan(590)
    server(json(page({ server_time: new Date().toISOString() })))
    await pull(handle, shown)
    expect(clockSkew.value).toBeNull()
  })
})

describe('local and pulled together', () => {
  it('the unsent local record wins; the delivered one takes what the server adds', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { encounter_id } = await recordEncounter(encounter({ situation: 'family' }))
    const remote = {
      id: encounter_id, team_id: TEAM, worker_id: session.value!.worker.id, worker_name: 'Ana', occurred_at: new Date().toISOString(),
      situation: 'other', outcome: null, people: [], region_id: null, place_label: 'Leste', status: 'withdrawn', replaces_id: null,
      receipt: 'R9', time_uncertain: false, late: false,
    }
    server(json(page({ changes: [{ type: 'encounter', id: encounter_id, version: '1', body: remote }] })))
    await pull(handle, shown)
    expect(records.value).toMatchObject([{ id: encounter_id, state: 'held', status: 'valid', place_label: 'Leste', body: { situation: 'family' } }])
    vi.setSystemTime(Date.now() + 11_000)
    server(done)
    await emptyLane(handle, 'normal', () => undefined)
    expect(records.value).toMatchObject([{ state: 'delivered', status: 'withdrawn' }])
  })

  it('shows the answer of the shelter', async () => {
    const body = {
      id: 'r1', code: 'ABC234', unit_id: 'u', unit_name: 'Abrigo', status: 'accepted', called: null, people_count: 1, sent_at: new Date().toISOString(),
      decided_at: new Date().toISOString(), decline_reason: null, proposed_unit_id: null, arrived_at: null, encounter_id: null, visit_id: null,
    }
    server(json(page({ changes: [{ type: 'referral', id: 'r1', version: '1', body }] })))
    await pull(handle, shown)
    expect(referrals.value).toMatchObject([{ id: 'r1', status: 'accepted', state: 'remote' }])
  })
})

describe('a restored server', () => {
  it('is given again, sealed, what was delivered in the last seven days, and nothing older', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const key = await sealPair()
    await giveMe(handle, key, 1)
    const old = (await recordEncounter(encounter({ note: 'antigo' }))).encounter_id
    vi.setSystemTime(Date.now() + 11_000)
    server(done)
    await emptyLane(handle, 'normal', () => undefined)
    await sealDelivered(handle)
    vi.setSystemTime(Date.now() + 8 * 24 * 3600_000)
    await recordEncounter(encounter({ note: 'palavra secreta' }))
    vi.setSystemTime(Date.now() + 11_000)
    await emptyLane(handle, 'normal', () => undefined)
    await sealDelivered(handle)
    const kept = await allRows(handle)
    expect(kept.every((row) => row.body === null && row.sealed!.startsWith('v1.k1.'))).toBe(true)
    expect(JSON.stringify(kept)).not.toContain('palavra secreta')

    const id = session.value!.worker.id
    server(json(page({ changes: [{ type: 'me', id, version: '2', body: meBody(id, key, 2) }] })))
    await pull(handle, shown)
    expect(await states(handle)).toEqual(['delivered', 'queued'])
    expect(badge.value.unsent).toBe(1)
    const asked = server(done)
    await emptyLane(handle, 'normal', () => undefined)
    expect(asked[0]!.envelope!.commands[0]).toMatchObject({ id: kept[1]!.id, sealed: kept[1]!.sealed })
    expect(asked[0]!.envelope!.commands[0]).not.toHaveProperty('body')
    expect(await states(handle)).toEqual(['delivered', 'delivered'])
    expect(old).toBeTruthy()
  })

  it('may know a referral that it is given again: taking that back is told', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const key = await sealPair()
    await giveMe(handle, key, 1)
    const referral = { unit_id: UNIT, called: null, people_count: 1, with_children: false, with_animals: false, person_accepted: true, note: null }
    const made = await recordEncounter(encounter(), { referral })
    vi.setSystemTime(Date.now() + 11_000)
    server(done)
    await emptyLane(handle, 'urgent', () => undefined)
    await sealDelivered(handle)
    await giveMe(handle, key, 2)
    expect(await states(handle)).toEqual(['queued', 'queued'])
    await revokeReferral(made.referral!.referral_id, null)
    expect((await allRows(handle)).map((row) => row.name)).toEqual(['encounters.record', 'referrals.send', 'referrals.revoke'])
  })
})

describe('a revoked device', () => {
  it('drops the caseload and keeps an outbox that it can only send', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await giveMe(handle, await sealPair())
    server(json(page({ changes: [person('seen', new Date().toISOString())], cursor: 'c1' })))
    await pull(handle, shown)
    await recordEncounter(encounter({ note: 'palavra secreta' }))
    vi.setSystemTime(Date.now() + 11_000)
    server(json({ code: 'x.y', title: 'Não' }, 500))
    await emptyLane(handle, 'normal', () => undefined)
    server(json({ code: 'access.send_only', title: 'Só envia' }, 403), whose())
    expect(await pull(handle, shown)).toEqual({ then: 'send_only' })
    await changeWorker(handle.key, (row) => ({ ...row, delivery: 'only-sends' }))
    await forgetHere(handle)
    expect(people.value).toEqual([])
    expect(session.value).toBeNull()
    expect(othersUnsent.value).toBeGreaterThan(0)
    expect((await workerRow(handle.key))!.unsent).toBe(1)
    expect(await handle.raw.getAll('records')).toEqual([])
    expect(await handle.raw.getAll('commands')).toMatchObject([{ box: null, over_at: null }])
    vi.setSystemTime(Date.now() + 60_000)
    const asked = server(done)
    await mail()
    expect(asked[0]!.headers.get('Authorization')).toBe('Bearer only-sends')
    expect(Object.keys(asked[0]!.envelope!.commands[0]!)).toEqual(['id', 'sealed'])
    expect(asked[0]!.envelope!.commands[0]!.sealed).toMatch(/^v1\.k1\./)
    expect((await workerRow(handle.key))!.unsent).toBe(0)
  })
})

describe('the phone forgets by itself', () => {
  it('people not met for the caseload time, delivered commands after seven days, never unsent work', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const days = (count: number) => new Date(Date.now() - count * 24 * 3600_000).toISOString()
    await giveMe(handle, await sealPair())
    server(json(page({ changes: [person('seen', days(3)), person('gone', days(31))], cursor: 'c1' })))
    await pull(handle, shown)
    await recordEncounter(encounter())
    vi.setSystemTime(Date.now() + 11_000)
    server(done)
    await emptyLane(handle, 'normal', () => undefined)
    await recordEncounter(encounter({ note: 'ainda não enviado' }))
    await ageOut(handle, Date.now())
    expect(people.value.map((each) => each.id)).toEqual(['seen'])
    expect(await handle.db.count('records')).toBe(2)
    await ageOut(handle, Date.now() + 2 * 24 * 3600_000)
    expect((await handle.db.getAll('records')).map((row) => (row.body as { note: string | null }).note)).toEqual(['ainda não enviado'])
    await ageOut(handle, Date.now() + 40 * 24 * 3600_000)
    expect(people.value).toEqual([])
    expect(me.value).not.toBeNull()
    expect((await allRows(handle)).map((row) => row.state)).toEqual(['held'])
    expect(await readMeta(handle, 'cursor')).toBeNull()
  })

  it('also for workers who never come back, whose unsent work it keeps', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await giveMe(handle, await sealPair())
    await recordEncounter(encounter({ note: 'entregue' }))
    vi.setSystemTime(Date.now() + 11_000)
    server(done)
    await emptyLane(handle, 'normal', () => undefined)
    await recordEncounter(encounter({ note: 'ainda não enviado' }))
    server(json(page({ changes: [person('seen', new Date().toISOString())], cursor: 'c1' })))
    await pull(handle, shown)
    await openPhone() // another worker, in another start of the app
    await ageOutOthers(Date.now() + 40 * 24 * 3600_000)
    const rest = [await handle.db.getAll('records'), await handle.db.getAll('commands'), await handle.db.getAllFromIndex('pulled', 'type', 'person')]
    expect(rest.map((rows) => rows.length)).toEqual([1, 1, 0])
    expect(JSON.stringify(rest)).toContain('ainda não enviado')
  })

  it('without making anew the database of a worker that the browser cleared', async () => {
    const cleared = handle
    await openPhone()
    cleared.db.close()
    await deleteDB(cleared.name)
    await ageOutOthers(Date.now())
    expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(cleared.name)
  })
})
