import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recordEncounter, giveUp } from '../../src/actions'
import { complementFlag, raiseFlag, sayMistake, tellCall, type FlagInput } from '../../src/actions/flag'
import { refreshFlags } from '../../src/actions/flag-news'
import { raiseWithoutEntering } from '../../src/actions/flag-without-entering'
import { sendReferral } from '../../src/actions/referral'
import type { FlagBody, FlagComplementBody, OwnFlag } from '../../src/contract/protection'
import { newId } from '../../src/contract/ids'
import { DraftRefused } from '../../src/rules/problems'
import { noFacts, noWords } from '../../src/rules/flag'
import { storedIn, type StoredCommand } from '../../src/store/boxed'
import { loadDraft, saveDraft } from '../../src/store/drafts'
import { changeWorker, rememberGround } from '../../src/store/device'
import { dutyOfShut, flagRules, knownFlags, loadFlags, ownFlags, recipients, watchFlags } from '../../src/store/flags'
import { mailOf } from '../../src/store/mail'
import { closeWorker, openLocked, read, write, type Handle } from '../../src/store/open'
import { applyPage } from '../../src/store/pulled'
import { plan, save } from '../../src/store/outbox'
import { allRows, sealDelivered } from '../../src/store/sending'
import { badge, outbox, records } from '../../src/store/state'
import { SaveFailed } from '../../src/store/types'
import { leave } from '../../src/store/enter'
import { loadLocal } from '../../src/store/load'
import { shut } from '../../src/store/locking'
import { envelopeKey, fromBase64Url } from '../../src/store/vault'
import { chooseNormal, chooseUrgent, FULL, laneOf } from '../../src/sync/choose'
import { mail } from '../../src/sync/mail'
import { emptyLane } from '../../src/sync/push'
import { failingDisk } from '../make/disk'
import { closePhone, done, encounter, enterAs, giveMe, json, openPhone, page, sealPair, server, TEAM, UNIT } from '../make/phone'

const silent = () => undefined
const WORDS = { called: 'Menino de boné', seen: 'Vendia balas entre os carros', said: 'tenho que vender tudo' }

function input(changed: Partial<FlagInput> = {}): FlagInput {
  return {
    flag_id: newId(), source: 'alone', source_id: null, subject: 'unnamed', person_id: null, household_id: null, place: null, late_at: null, calls: [], words: noWords(),
    ...changed, facts: { ...noFacts(), kinds: ['child_labour'], age: 'age_7_12', ...changed.facts },
  }
}

async function open(envelope: string, privateKey: CryptoKey): Promise<Record<string, unknown>> {
  const [, kid, point, iv, sealed] = envelope.split('.') as [string, string, string, string, string]
  const theirs = await crypto.subtle.importKey('raw', fromBase64Url(point), { name: 'ECDH', namedCurve: 'P-256' }, false, [])
  const aes = await crypto.subtle.importKey('raw', await envelopeKey(privateKey, theirs, kid), 'AES-GCM', false, ['decrypt'])
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: fromBase64Url(iv) }, aes, fromBase64Url(sealed)))) as Record<string, unknown>
}

let handle: Handle
let key: Awaited<ReturnType<typeof sealPair>>
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  handle = await openPhone()
  key = await sealPair()
  await giveMe(handle, key)
})
afterEach(closePhone)
const only = async () => (await allRows(handle)).filter((row) => row.name === 'protection.raise')

describe('a flag', () => {
  it('is stored with its words shut, stands on nothing, waits for nothing and is in no list', async () => {
    await saveDraft('flag', { words: WORDS })
    const flag = input({ words: WORDS, calls: [{ recipient: 'guardianship_council', number: '3333-0001', outcome: 'no_answer', who: '', protocol: '', at: '2026-11-28T02:41:00.000Z' }] })
    expect(await raiseFlag(flag)).toEqual({ words_left: false })
    const [raised, call] = await allRows(handle)
    expect(raised).toMatchObject({ name: 'protection.raise', state: 'queued', held_until: null, after: [], urgent: true, record_id: flag.flag_id })
    expect(call).toMatchObject({ name: 'protection.tell_call', after: [raised!.id], occurred_at: '2026-11-28T02:41:00.000Z', body: { flag_id: flag.flag_id, number: '3333-0001', outcome: 'no_answer', who: null } })
    const body = raised!.body as FlagBody
    expect(await open(body.words!, key.privateKey)).toEqual({ flag: flag.flag_id, ...WORDS })
    expect(JSON.stringify(await allRows(handle))).not.toMatch(/balas|boné|vender/)
    expect(body).toMatchObject({ team_id: TEAM, kinds: ['child_labour'], age: 'age_7_12', minor_seen: false, choices: [], late: false })
    expect(await loadDraft('flag')).toBeNull()
    expect(records.value).toEqual([])
    expect(outbox.value.map((item) => item.what)).toEqual([{ key: 'Alerta', values: {} }, { key: 'Ligação anotada', values: {} }])
    expect(badge.value).toMatchObject({ flags: 1, urgent: 2 })
  })

  it('without words has none, and no envelope that would say so', async () => {
    await raiseFlag(input())
    expect(((await only())[0]!.body as FlagBody).words).toBeNull()
  })

  it('goes without its words where the phone has no key, and says so', async () => {
    const other = await openPhone()
    expect(await raiseFlag(input({ words: WORDS }))).toEqual({ words_left: true })
    expect(JSON.stringify(await allRows(other))).not.toMatch(/balas|boné|vender/)
    handle = other
  })

  it('saved twice, or in two tabs, is one', async () => {
    const flag = input()
    await raiseFlag(flag)
    await raiseFlag(flag)
    expect(await only()).toHaveLength(1)
  })

  it('saved in another tab already, what this one says besides goes after it, and nothing twice', async () => {
    const call = { recipient: 'guardianship_council', number: '3333-0001', outcome: 'no_answer' as const, who: '', protocol: '', at: '2026-11-28T02:41:00.000Z' }
    const flag = input({ calls: [call] })
    await raiseFlag(flag)
    const later = { ...call, number: '3333-0002', outcome: 'answered' as const, at: '2026-11-28T02:44:00.000Z' }
    await raiseFlag({ ...flag, words: WORDS, calls: [call, later], facts: { ...flag.facts, risk: 'danger_now' } })
    const rows = await allRows(handle)
    expect(rows.map((row) => row.name)).toEqual(['protection.raise', 'protection.tell_call', 'protection.complement', 'protection.tell_call'])
    expect(rows.slice(2).every((row) => row.after[0] === rows[0]!.id && row.record_id === flag.flag_id)).toBe(true)
    const more = rows[2]!.body as FlagComplementBody
    expect(more).toMatchObject({ flag_id: flag.flag_id, risk: 'danger_now' })
    expect(await open(more.words!, key.privateKey)).toEqual({ flag: flag.flag_id, ...WORDS })
  })

  it('the draft of a flag that has left meanwhile is added to it, not lost', async () => {
    const flag = input()
    await raiseFlag(flag)
    server(done)
    await emptyLane(handle, 'flag', silent)
    await sealDelivered(handle)
    await raiseFlag({ ...flag, words: WORDS })
    expect((await allRows(handle)).at(-1)).toMatchObject({ name: 'protection.complement', after: [], record_id: flag.flag_id })
  })

  it('a child of whom only that is known goes as one', async () => {
    await raiseFlag(input({ facts: { ...noFacts(), kinds: ['physical'], minor_seen: true } }))
    expect((await only())[0]!.body).toMatchObject({ age: null, minor_seen: true })
  })

  it('that cannot be stored says so, and its draft is still there', async () => {
    await saveDraft('flag', { words: WORDS })
    failingDisk('QuotaExceededError')
    await expect(raiseFlag(input({ words: WORDS }))).rejects.toThrow(SaveFailed)
    vi.restoreAllMocks()
    expect(await allRows(handle)).toEqual([])
    expect(await loadDraft('flag')).toEqual({ words: WORDS })
    expect(badge.value.flags).toBe(0)
  })

  it('without anything seen is refused by name', async () => {
    await expect(raiseFlag(input({ facts: { ...noFacts(), kinds: [] } }))).rejects.toThrow(DraftRefused)
  })

  it('of before keeps its time', async () => {
    await raiseFlag(input({ late_at: '2020-11-28T01:00:00.000Z' }))
    expect((await only())[0]).toMatchObject({ occurred_at: '2020-11-28T01:00:00.000Z', body: { late: true } })
  })

  it('given up is nobody’s any more', async () => {
    server((request) => json({ received_at: new Date().toISOString(), outcomes: request.envelope!.commands.map(({ id }) => ({ id, status: 'refused', receipt: null, problem: { code: 'x', title: 'Não.', fields: {} } })) }))
    await raiseFlag(input())
    await emptyLane(handle, 'flag', silent)
    expect(ownFlags.value[0]).toMatchObject({ state: 'needs_you', problem: { code: 'x' } })
    await giveUp((await only())[0]!.id)
    expect(ownFlags.value).toEqual([])
  })
})

describe('the way out', () => {
  it('a flag before a referral before encounters, each in a request of its own', async () => {
    const { encounter_id } = await recordEncounter(encounter())
    await sendReferral({ unit_id: UNIT, encounter_id, visit_id: null, called: null, people_count: 1, with_children: false, with_animals: false, person_accepted: true, note: null })
    const flag = input()
    await raiseFlag({ ...flag, calls: [{ recipient: 'police_190', number: '190', outcome: 'answered', who: 'Cabo', protocol: '77', at: new Date().toISOString() }] })
    vi.setSystemTime(Date.now() + 25_000)
    const rows = await allRows(handle)
    expect(rows.map((row) => [row.name, laneOf(row)])).toEqual([['encounters.record', 'normal'], ['referrals.send', 'urgent'], ['protection.raise', 'flag'], ['protection.tell_call', 'flag']])
    expect(chooseUrgent(rows, Date.now(), 'flag').map((row) => row.name)).toEqual(['protection.raise'])
    expect(chooseUrgent(rows, Date.now()).map((row) => row.name)).toEqual(['encounters.record', 'referrals.send'])
    expect(chooseNormal(rows, FULL, Date.now()).map((row) => row.name)).toEqual(['encounters.record'])
    const asked = server(done)
    await emptyLane(handle, 'flag', silent)
    expect(asked.map((request) => request.envelope!.commands.map((command) => command.name))).toEqual([['protection.raise'], ['protection.tell_call']])
    expect(badge.value.flags).toBe(0)
  })

  it('a new flag goes before what was added to an older one', async () => {
    const first = input()
    await raiseFlag(first)
    server(done)
    await emptyLane(handle, 'flag', silent)
    await tellCall(first.flag_id, { recipient: 'police_190', number: '190', outcome: 'busy', who: '', protocol: '', at: new Date().toISOString() })
    await raiseFlag(input())
    expect(chooseUrgent(await allRows(handle), Date.now(), 'flag').map((row) => row.name)).toEqual(['protection.raise'])
  })

  it('a thousand ordinary commands in line do not hold it up', async () => {
    const now = Date.now()
    await save({ commands: Array.from({ length: 1000 }, () => plan({ name: 'encounters.withdraw', body: { encounter_id: newId(now), reason: 'by_mistake' }, record_id: null, now })) })
    await raiseFlag(input())
    const asked = server(done)
    await emptyLane(handle, 'flag', silent)
    expect(asked[0]!.envelope!.commands.map((command) => command.name)).toEqual(['protection.raise'])
  })

  it('what is added waits for the flag while it is not there, and for nothing once it is', async () => {
    const flag = input()
    await raiseFlag(flag)
    await complementFlag(flag.flag_id, { risk: 'danger_now', words: { ...noWords(), seen: 'chegou a viatura' } })
    const raised = (await only())[0]!
    expect((await allRows(handle)).at(-1)).toMatchObject({ name: 'protection.complement', after: [raised.id], body: { risk: 'danger_now', kinds: [], words: expect.stringMatching(/^v1\./) as unknown } })
    server(done)
    await emptyLane(handle, 'flag', silent)
    await sayMistake(flag.flag_id, 'not_it')
    expect((await allRows(handle)).at(-1)).toMatchObject({ name: 'protection.say_mistake', after: [], body: { flag_id: flag.flag_id, reason: 'not_it' } })
  })

  it('a server of before keeps it in line, tried again, and the flag says so', async () => {
    const problem = { code: 'sync.unknown_command', title: 'Será enviado de novo depois.', fields: {} }
    server((request) => json({ received_at: new Date().toISOString(), outcomes: request.envelope!.commands.map(({ id }) => ({ id, status: 'refused', receipt: null, problem })) }), done)
    await raiseFlag(input())
    await emptyLane(handle, 'flag', silent)
    expect(ownFlags.value[0]).toMatchObject({ state: 'queued', problem: { code: 'sync.unknown_command' } })
    expect(badge.value.flags).toBe(1)
    vi.setSystemTime(Date.now() + 3601_000)
    await emptyLane(handle, 'flag', silent)
    expect(ownFlags.value[0]).toMatchObject({ state: 'delivered' })
  })

  it('one at which the line breaks off each time does not hold back the next', async () => {
    const [bad, good] = [input(), input()]
    await raiseFlag(bad)
    await raiseFlag(good)
    const raised = (await only())[0]!.id
    const asked = server((request) => (request.envelope!.commands[0]!.id === raised ? json({}, 500) : done(request)))
    await emptyLane(handle, 'flag', silent)
    await emptyLane(handle, 'flag', silent)
    expect(asked).toHaveLength(3)
    expect((await only()).map((row) => row.state)).toEqual(['queued', 'delivered'])
  })

  it('a fault of the server’s own is tried again by itself', async () => {
    const problem = { code: 'core.unexpected', title: 'Algo deu errado.', fields: {} }
    server((request) => json({ received_at: new Date().toISOString(), outcomes: request.envelope!.commands.map(({ id }) => ({ id, status: 'refused', receipt: null, problem })) }), done)
    await raiseFlag(input())
    await emptyLane(handle, 'flag', silent)
    expect(ownFlags.value[0]).toMatchObject({ state: 'queued', problem: { code: 'core.unexpected' } })
    vi.setSystemTime(Date.now() + 3601_000)
    await emptyLane(handle, 'flag', silent)
    expect(ownFlags.value[0]!.state).toBe('delivered')
  })

  it('delivered, whom to ring and who was rung stay known until the phone shuts', async () => {
    const end = watchFlags()
    const flag = input({ facts: { ...noFacts(), kinds: ['physical'], age: 'age_7_12' } })
    await raiseFlag(flag)
    await tellCall(flag.flag_id, { recipient: 'guardianship_council', number: '3333-0001', outcome: 'no_answer', who: '', protocol: '', at: new Date().toISOString() })
    await complementFlag(flag.flag_id, { risk: 'danger_now', words: noWords() })
    const before = knownFlags.value.get(flag.flag_id)
    expect(before).toMatchObject({ facts: { age: 'age_7_12', risk: 'danger_now', kinds: ['physical'] }, calls: [{ number: '3333-0001', outcome: 'no_answer' }] })
    server(done)
    await emptyLane(handle, 'flag', silent)
    await sealDelivered(handle)
    await loadLocal(handle)
    expect((await allRows(handle)).every((row) => row.body === null)).toBe(true)
    expect(knownFlags.value.get(flag.flag_id)).toEqual(before)
    end()
    shut(handle)
    await enterAs((await changeWorker(handle.key, (row) => row))!)
    expect(knownFlags.value.size).toBe(0)
  })

  it('delivered, its facts are the municipality’s alone', async () => {
    await raiseFlag(input({ words: WORDS }))
    server(done)
    await emptyLane(handle, 'flag', silent)
    await sealDelivered(handle)
    const row = (await only())[0]!
    expect(row).toMatchObject({ body: null, state: 'delivered' })
    expect(ownFlags.value).toHaveLength(1)
  })
})

describe('a phone that is shut', () => {
  const shutRows = async (): Promise<StoredCommand[]> => {
    const shut = (await openLocked(handle.key))!
    try {
      return await write(shut, ['commands'], (tx) => storedIn<StoredCommand>(tx.objectStore('commands')))
    } finally {
      shut.raw.close()
    }
  }

  it('sends flags first and in a request of their own, also one saved a moment ago', async () => {
    await changeWorker(handle.key, (row) => ({ ...row, delivery: 'token' }))
    await recordEncounter(encounter())
    await recordEncounter(encounter())
    vi.setSystemTime(Date.now() + 3600_000)
    await raiseFlag(input())
    closeWorker()
    const asked = server(done)
    await mail()
    expect(asked.map((request) => request.envelope!.commands.length)).toEqual([1, 2])
    expect(await open(asked[0]!.envelope!.commands[0]!.sealed!, key.privateKey)).toMatchObject({ name: 'protection.raise' })
    expect(Object.keys(asked[0]!.envelope!.commands[0]!).sort()).toEqual(['id', 'sealed'])
  })

  it('the flags of all its workers go before anything else of one of them', async () => {
    const [one, two] = [handle, await openPhone()]
    await giveMe(two, key)
    for (const each of [one, two]) await changeWorker(each.key, (row) => ({ ...row, delivery: `token ${each.key}` }))
    await enterAs((await changeWorker(one.key, (row) => row))!)
    await recordEncounter(encounter())
    await enterAs((await changeWorker(two.key, (row) => row))!)
    await raiseFlag(input())
    closeWorker()
    vi.setSystemTime(Date.now() + 3 * 3600_000)
    const asked = server(done)
    await mail()
    const sent = asked.filter((request) => request.envelope!.commands.length)
    expect(await open(sent[0]!.envelope!.commands[0]!.sealed!, key.privateKey)).toMatchObject({ name: 'protection.raise' })
    expect(sent).toHaveLength(2)
  })

  it('takes in a flag that nobody reads there again, with its calls, and shows it as one when it opens', async () => {
    await rememberGround(handle.key, { team_id: TEAM, reference_unit_id: UNIT })
    closeWorker()
    const flag = input({ words: WORDS, calls: [{ recipient: 'police_190', number: '190', outcome: 'answered', who: 'Cabo', protocol: '', at: new Date().toISOString() }] })
    await raiseWithoutEntering(handle.key, flag)
    const rows = await shutRows()
    expect(rows.map((row) => [row.box, row.first])).toEqual([[null, 1], [null, 2]])
    expect(JSON.stringify(rows)).not.toMatch(/balas|boné|protection|child_labour/)
    const [raised, call] = await Promise.all(rows.map((row) => open(row.sealed!, key.privateKey)))
    expect(raised).toMatchObject({ name: 'protection.raise', without_entering: true, after: [], body: { flag_id: flag.flag_id, team_id: TEAM } })
    expect(call).toMatchObject({ name: 'protection.tell_call', after: [raised!['id']] })
    expect(await open((raised!['body'] as FlagBody).words!, key.privateKey)).toMatchObject({ flag: flag.flag_id, ...WORDS })
    const shut = (await openLocked(handle.key))!
    expect((await mailOf(shut, Date.now())).map((one) => one.first)).toEqual([1, 2])
    shut.raw.close()
    handle = await enterAs((await changeWorker(handle.key, (row) => row))!)
    expect(badge.value).toMatchObject({ flags: 1, urgent: 2 })
    expect(outbox.value[0]).toMatchObject({ urgent: true, what: { key: 'Alerta' } })
    const asked = server(done)
    await emptyLane(handle, 'flag', silent)
    expect(asked).toHaveLength(2)
  })

  it('without the municipality’s key takes in none, and says why', async () => {
    const other = await openPhone()
    closeWorker()
    await expect(raiseWithoutEntering(other.key, input())).rejects.toThrow(DraftRefused)
  })
})

const told = (flag_id: string, changed: Partial<OwnFlag> = {}): OwnFlag => ({
  flag_id, occurred_at: new Date().toISOString(), received_at: new Date().toISOString(), status: 'raised', seen_at: null, seen_where: null, guidance: null, guidance_at: null,
  mistake: null, due_at: null, calls: [], told: [], ...changed,
})

describe('what the server tells of it', () => {
  it('is kept in the worker’s box, shown without a network, and gone with another worker', async () => {
    const flag = input()
    await raiseFlag(flag)
    server(json({ flags: [told(flag.flag_id, { guidance: 'stay' }), told(newId(), { status: 'closed' })] }))
    await refreshFlags()
    expect(ownFlags.value.map((one) => [one.state, one.told?.guidance ?? null])).toEqual(expect.arrayContaining([['queued', 'stay'], ['remote', null]]))
    server(new TypeError('offline'))
    await refreshFlags()
    expect(ownFlags.value).toHaveLength(2)
    const raw = JSON.stringify(await new Promise((resolve) => { const asked = handle.raw.transaction('meta').objectStore('meta').getAll(); void asked.then(resolve) }))
    expect(raw).not.toContain('guidance')
    expect(raw).toContain('own_flags')
    await loadFlags(handle)
    expect(ownFlags.value.find((one) => one.id === flag.flag_id)?.told?.guidance).toBe('stay')
  })

  it.each([[404, { code: 'core.not_found', title: 'x' }], [403, { code: 'access.locked', title: 'x' }], [200, { nothing: 1 }]])('an answer %d changes nothing', async (status, body) => {
    const id = newId()
    server(json({ flags: [told(id)] }), json(body, status))
    await refreshFlags()
    await refreshFlags()
    expect(ownFlags.value.map((one) => one.id)).toEqual([id])
  })

  it('is not the next worker’s on a shared phone, not for the first picture either', async () => {
    server(json({ flags: [told(newId(), { guidance: 'stay' })] }))
    await refreshFlags()
    expect(ownFlags.value).toHaveLength(1)
    await leave(handle)
    expect(ownFlags.value).toEqual([])
    await openPhone()
    expect(ownFlags.value).toEqual([])
  })

  it('recipients and the table come by pull; the telephones are there for the shut phone as well', async () => {
    const recipient = { id: 'r1', code: 'guardianship_council', name: 'CT Leste', region_id: null, body: null, phones: [] }
    const rule = { kinds: [], ages: [], sexes: [], risks: [], disability: null, company: [], recipient: 'guardianship_council', obligation: 'mandatory' as const, minutes: 0 }
    await applyPage(handle, page({ changes: [{ type: 'recipient', id: 'r1', version: '1', body: recipient }, { type: 'flag_rules', id: 'f', version: '1', body: { edition: 'x', lines: [rule] } }] }), Date.now())
    await loadFlags(handle)
    expect(recipients.value).toEqual([recipient])
    expect(flagRules.value).toEqual([rule])
    expect(await dutyOfShut(handle.key)).toEqual([recipient])
    expect(await read(handle, (db) => db.getAllFromIndex('pulled', 'type', 'recipient'))).toHaveLength(1)
  })
})
