import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { completeEncounter, correctEncounter, giveUp, recordEncounter, signIn, tryAgain, withdrawEncounter } from '../../src/actions'
import { startShift } from '../../src/actions/shift'
import { sendReferral } from '../../src/actions/referral'
import type { EncounterBody, Outcome, OutcomeStatus } from '../../src/contract/commands'
import { newId } from '../../src/contract/ids'
import { plan, save } from '../../src/store/outbox'
import type { Handle } from '../../src/store/open'
import { badge, outbox, records, session, shift } from '../../src/store/state'
import { allRows, markSending, requeueSending } from '../../src/store/sending'
import { loadLocal } from '../../src/store/load'
import { emptyLane } from '../../src/sync/push'
import { failingDisk } from '../make/disk'
import { chooseUrgent } from '../../src/sync/choose'
import { closePhone, done, encounter, json, openPhone, server, states, TEAM, UNIT, type Request } from '../make/phone'

let handle: Handle
const silent = () => undefined
const push = () => emptyLane(handle, 'normal', silent)
const urgent = () => emptyLane(handle, 'urgent', silent)
const later = (ms: number) => vi.setSystemTime(Date.now() + ms)

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  handle = await openPhone()
})
afterEach(closePhone)

async function record(count = 1): Promise<string[]> {
  const made: string[] = []
  for (let at = 0; at < count; at += 1) made.push((await recordEncounter(encounter())).encounter_id)
  later(11_000)
  return made
}

// Many at once, in one transaction: what a hundred saves would have left.
async function recordMany(count: number, peopleEach: number, note: string | null): Promise<string[]> {
  const now = Date.now()
  const { encounter_id: first } = await recordEncounter(encounter({ people_count: peopleEach, note }))
  const body = (await allRows(handle))[0]!.body as EncounterBody
  const bodies = Array.from({ length: count - 1 }, () => ({ ...body, encounter_id: newId(now) }))
  await save({ commands: bodies.map((each) => plan({ name: 'encounters.record', body: each, record_id: each.encounter_id, now })) })
  later(11_000)
  return [first, ...bodies.map((each) => each.encounter_id)]
}

const outcome = (request: Request, at: number, status: OutcomeStatus, more: Partial<Outcome> = {}): Outcome => ({
  id: request.envelope!.commands[at]!.id, status, receipt: null, problem: null, ...more,
})
const answer = (...statuses: OutcomeStatus[]) => (request: Request) =>
  json({ received_at: new Date().toISOString(), outcomes: statuses.map((status, at) => outcome(request, at, status)) })

describe('an answer', () => {
  it('done and repeated leave the outbox with receipt and time', async () => {
    await record(2)
    server((request) => json({
      received_at: new Date().toISOString(),
      outcomes: [outcome(request, 0, 'done', { receipt: 'A1' }), outcome(request, 1, 'repeated', { receipt: 'A2' })],
    }))
    expect(await push()).toEqual({ then: 'empty', sent: 2 })
    expect(await states(handle)).toEqual(['delivered', 'delivered'])
    expect(outbox.value.map((item) => item.receipt).sort()).toEqual(['A1', 'A2'])
    expect(records.value.every((each) => each.state === 'delivered' && each.delivered_at !== null)).toBe(true)
    expect(badge.value.unsent).toBe(0)
  })

  it.each(['conflict', 'refused', 'withdrawn'] as const)('%s stays and needs the worker, with a sentence', async (status) => {
    await record()
    const problem = { code: 'encounters.place_missing', title: 'Falta o local.', fields: { place: ['Falta'] } }
    server((request) => json({ received_at: new Date().toISOString(), outcomes: [outcome(request, 0, status, status === 'refused' ? { problem } : {})] }))
    await push()
    expect(await states(handle)).toEqual(['needs_you'])
    expect(outbox.value[0]!.problem!.title.length).toBeGreaterThan(5)
    if (status === 'refused') expect(records.value[0]!.problem).toEqual(problem)
    expect((await allRows(handle))[0]!.body).not.toBeNull()
    expect(badge.value).toMatchObject({ unsent: 1, needsYou: 1 })
  })

  it('waiting stays in line, and goes as soon as what it waited for arrived', async () => {
    await record()
    await completeEncounter(records.value[0]!.id, { note: 'com o cão' })
    server(answer('waiting', 'waiting'))
    await push()
    expect(await states(handle)).toEqual(['queued', 'queued'])
    expect((await allRows(handle)).every((row) => row.next_try_at! > Date.now())).toBe(true)
    await tryAgain()
    server(answer('done', 'waiting'), done)
    await push()
    expect(await states(handle)).toEqual(['delivered', 'delivered'])
  })

  it('of a server that does not know the command yet is tried again by itself, not given to the worker', async () => {
    await record()
    const problem = { code: 'sync.unknown_command', title: 'Será enviado de novo depois.', fields: {} }
    server((request) => json({ received_at: new Date().toISOString(), outcomes: [outcome(request, 0, 'refused', { problem })] }), done)
    await push()
    expect(await states(handle)).toEqual(['queued'])
    later(3601_000)
    await push()
    expect(await states(handle)).toEqual(['delivered'])
  })

  it('conflict is settled by a correction of what the server has', async () => {
    const [id] = await record()
    server(answer('conflict'))
    await push()
    const { encounter_id } = await correctEncounter(id!, encounter({ situation: 'family' }), null)
    expect(encounter_id).not.toBe(id)
    const asked = server(done)
    await push()
    expect(asked[0]!.envelope!.commands).toMatchObject([{ name: 'encounters.correct', replaces: null, body: { replaces_id: id, situation: 'family' } }])
    expect(badge.value.unsent).toBe(0)
  })

  it('that leaves some commands out keeps exactly those', async () => {
    await record(3)
    server((request) => json({ received_at: new Date().toISOString(), outcomes: [outcome(request, 1, 'done'), { id: 'x', status: 'done' }, { id: request.envelope!.commands[2]!.id, status: 'lost' }, null] }))
    await push()
    expect(await states(handle)).toEqual(['queued', 'delivered', 'queued'])
  })

  it('cut short, not JSON, or a portal page changes nothing', async () => {
    await record(2)
    const cut = new Response('{"received_at":"2026-11-22T10:00:00.000Z","outcomes":[{"id":', { headers: { 'Content-Type': 'application/json' } })
    const portal = new Response('<html>Entre no wi-fi</html>', { headers: { 'Content-Type': 'text/html' } })
    for (const reply of [cut, portal, json({ ok: true }), new TypeError('network')]) {
      server(reply)
      expect(await push()).toMatchObject({ then: 'wait', phase: 'no_answer' })
      expect(await states(handle)).toEqual(['queued', 'queued'])
    }
    expect((await allRows(handle)).every((row) => row.body !== null && row.tries === 4)).toBe(true)
  })

  it.each([500, 502, 503, 429])('%i means later, with everything kept', async (status) => {
    await record()
    server(json({ code: 'core.busy', title: 'Ocupado', retry_after_s: 7 }, status))
    expect(await push()).toEqual({ then: 'wait', phase: 'no_answer', afterMs: 7000, sent: 0 })
    expect(await states(handle)).toEqual(['queued'])
  })

  it('401 keeps everything and says that the worker must sign in; registering goes on; signing in sends', async () => {
    await record()
    server(json({ code: 'access.signed_out', title: 'Entre de novo para enviar' }, 401))
    expect(await push()).toEqual({ then: 'signed_out', sent: 0 })
    expect(session.value!.signedOut).toBe(true)
    await record()
    expect(await states(handle)).toEqual(['queued', 'held'])
    const { worker, municipality } = session.value!
    const asked = server(json({ worker, municipality, roles: ['outreach_worker'], csrf_token: 'csrf-2', device_id: null, server_time: '' }), done)
    expect(await signIn('rua', 'segredo', 'Celular')).toMatchObject({ ok: true, then: 'open' })
    expect(session.value!.signedOut).toBe(false)
    await push()
    expect(asked.at(-1)!.headers.get('X-CSRF-Token')).toBe('csrf-2')
    expect(await states(handle)).toEqual(['delivered', 'delivered'])
  })

  it("403 under another worker's cookie sends nothing of this worker's", async () => {
    await record()
    const asked = server(
      json({ code: 'access.bad_token', title: '' }, 403),
      json({ worker: { id: 'another' }, municipality: { id: 2408102 }, csrf_token: 'theirs' }),
    )
    expect(await push()).toMatchObject({ then: 'signed_out' })
    expect(asked.map((each) => each.method)).toEqual(['POST', 'GET'])
    expect(await states(handle)).toEqual(['queued'])
  })

  it('403 for an old token asks for the new one and goes on', async () => {
    await record()
    const { worker, municipality } = session.value!
    const asked = server(json({ code: 'access.bad_token', title: '' }, 403), json({ worker, municipality, csrf_token: 'csrf-9' }), done)
    expect(await push()).toMatchObject({ then: 'empty', sent: 1 })
    expect(asked[2]!.headers.get('X-CSRF-Token')).toBe('csrf-9')
  })
})

describe('a batch', () => {
  it('holds 200 commands at most, in order, compressed, each once', async () => {
    const made = await recordMany(205, 1, null)
    const asked = server(done)
    await push()
    expect(asked.map((each) => each.envelope!.commands.length)).toEqual([200, 5])
    expect(asked[0]!.headers.get('Content-Encoding')).toBe('gzip')
    expect(asked.flatMap((each) => each.envelope!.commands.map((one) => (one.body as { encounter_id: string }).encounter_id))).toEqual(made)
  })

  it('stays under 1 MiB', async () => {
    await recordMany(100, 200, 'á'.repeat(4000))
    const asked = server(done)
    await push()
    const sizes = asked.map((each) => new TextEncoder().encode(JSON.stringify(each.envelope)).length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024)
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.length).toBeLessThan(6)
  })

  it('is halved when the server says that it is too large; a lone one that is needs the worker', async () => {
    await record(8)
    const guilty = (await allRows(handle))[5]!.id
    const asked = server((request) =>
      request.envelope!.commands.some((each) => each.id === guilty) ? json({ code: 'core.too_large', title: '' }, 413) : done(request))
    await push()
    expect(asked.map((each) => each.envelope!.commands.length)).toEqual([8, 4, 4, 2, 1, 1, 2])
    expect(await states(handle)).toEqual(['delivered', 'delivered', 'delivered', 'delivered', 'delivered', 'needs_you', 'delivered', 'delivered'])
    expect(outbox.value[0]!.problem!.code).toBe('sync.too_large')
  })

  it('that the server cannot read at all does not turn the whole outbox into work for the worker', async () => {
    await record(6)
    server(json({ code: 'core.bad_body', title: 'Não foi possível ler.' }, 422))
    expect(await push()).toMatchObject({ then: 'wait', phase: 'error' })
    expect((await states(handle)).filter((state) => state === 'needs_you')).toHaveLength(2)
    expect((await states(handle)).filter((state) => state === 'queued')).toHaveLength(4)
  })

  it('was under way when the app died: goes again with the same ids', async () => {
    await record(2)
    const sent = await markSending(handle, 'normal', (rows) => rows)
    await loadLocal(handle)
    expect(await states(handle)).toEqual(['sending', 'sending'])
    const asked = server(done)
    await push()
    expect(asked[0]!.envelope!.commands.map((each) => each.id)).toEqual(sent.map((row) => row.id))
    expect(await states(handle)).toEqual(['delivered', 'delivered'])
  })

  it('is chosen by nobody where the phone was shut a moment before: its rows say nothing then', async () => {
    await record()
    const opened = handle.codec.opened
    handle.codec.opened = null
    expect(await markSending(handle, 'urgent', (rows) => chooseUrgent(rows, Date.now()))).toEqual([])
    handle.codec.opened = opened
    expect(await states(handle)).toEqual(['held'])
  })

  it('was under way when the app died: it may have arrived, so taking it back is told to the server', async () => {
    const [id] = await record()
    await markSending(handle, 'normal', (rows) => rows)
    await requeueSending(handle, 'normal') // behind a full batch it waits for its turn
    await withdrawEncounter(id!, 'by_mistake')
    expect((await allRows(handle)).map((row) => row.name)).toEqual(['encounters.record', 'encounters.withdraw'])
  })
})

describe('a full disk', () => {
  it('takes no mark and no answer, but what it holds goes and reads as delivered', async () => {
    const [first, second] = await record(2)
    failingDisk('QuotaExceededError', ['add', 'put'])
    const asked = server(answer('done', 'refused'))
    await expect(push()).rejects.toMatchObject({ reason: 'quota' })
    expect(asked[0]!.envelope!.commands).toHaveLength(2)
    expect((await allRows(handle)).map((row) => [row.record_id, row.state])).toEqual([[second, 'held']])
    expect(records.value.find((one) => one.id === first)!.state).toBe('delivered')
    expect(badge.value.unsent).toBe(1)
    vi.restoreAllMocks()
    server(answer('done'))
    await push()
    expect(await states(handle)).toEqual(['delivered'])
  })
})

describe('order', () => {
  it('keeps what comes after behind what it needs, also behind what is held or refused', async () => {
    await startShift({ team_id: TEAM, reference_unit_id: UNIT, companion_ids: [] })
    const { encounter_id } = await recordEncounter(encounter())
    await completeEncounter(encounter_id, { needs: ['food'] })
    const asked = server((request) =>
      request.envelope!.commands[0]!.name === 'shifts.start' ? answer('refused')(request) : done(request))
    await push()
    expect(asked.map((each) => each.envelope!.commands.map((one) => one.name))).toEqual([['shifts.start']])
    later(11_000)
    await push()
    expect(asked).toHaveLength(1)
    expect(await states(handle)).toEqual(['needs_you', 'held', 'queued'])
  })

  it('brings urgent commands with their ancestors in a request of their own, beside one in flight', async () => {
    const [subject] = await record(3)
    await sendReferral({ encounter_id: subject, unit_id: UNIT, called: null, people_count: 1, with_children: false, with_animals: false, person_accepted: true, note: null })
    later(11_000)
    let free = (): void => undefined
    const asked = server(async (request) => {
      if (request.envelope!.commands.length === 3) await new Promise<void>((resolve) => { free = resolve })
      return done(request)
    })
    const slow = push()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    await urgent()
    expect(asked[1]!.envelope!.commands.map((each) => each.name)).toEqual(['encounters.record', 'referrals.send'])
    expect(await states(handle)).toEqual(['delivered', 'sending', 'sending', 'delivered'])
    free()
    await slow
    expect(await states(handle)).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
    expect(asked).toHaveLength(2)
  })

  it('never lets a late bad word undo a delivery', async () => {
    await record(1)
    await sendReferral({ encounter_id: records.value[0]!.id, unit_id: UNIT, called: null, people_count: 1, with_children: false, with_animals: false, person_accepted: true, note: null })
    later(11_000)
    let free = (): void => undefined
    const asked = server(async (request) => {
      if (request.envelope!.commands.length > 1) return done(request)
      await new Promise<void>((resolve) => { free = resolve })
      return answer('refused')(request)
    })
    const slow = push()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    await urgent()
    free()
    await slow
    expect(await states(handle)).toEqual(['delivered', 'delivered'])
  })
})

describe('what needs the worker', () => {
  const refuseFirst = async (): Promise<string> => {
    const [id] = await record()
    server(answer('refused'))
    await push()
    return id!
  }

  it('corrected: a new command that replaces it, the same record, and those that waited go', async () => {
    const id = await refuseFirst()
    await completeEncounter(id, { needs: ['bath'] })
    const was = (await allRows(handle))[0]!.id
    expect(await correctEncounter(id, encounter({ situation: 'family' }), null)).toEqual({ encounter_id: id })
    expect(records.value).toMatchObject([{ id, state: 'queued', body: { situation: 'family' } }])
    const asked = server(done)
    await push()
    const [addition, correction] = asked.flatMap((each) => each.envelope!.commands).sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(correction).toMatchObject({ name: 'encounters.record', replaces: was, body: { encounter_id: id, situation: 'family' } })
    expect(addition).toMatchObject({ name: 'encounters.complete', after: [was] })
    expect(await states(handle)).toEqual(['withdrawn', 'delivered', 'delivered'])
    expect(badge.value.unsent).toBe(0)
  })

  it('given up: told to the server, and out of the count', async () => {
    const id = await refuseFirst()
    const was = (await allRows(handle))[0]!.id
    await giveUp(was)
    expect(records.value.find((each) => each.id === id)).toMatchObject({ status: 'withdrawn', state: 'withdrawn' })
    const asked = server(done)
    await push()
    expect(asked[0]!.envelope!.commands).toMatchObject([{ name: 'sync.withdraw', body: { command_id: was } }])
    expect(badge.value.unsent).toBe(0)
  })

  it('tried again: the same command, judged anew', async () => {
    await refuseFirst()
    const was = (await allRows(handle))[0]!.id
    await tryAgain(was)
    const asked = server(done)
    await push()
    expect(asked[0]!.envelope!.commands[0]!.id).toBe(was)
    expect(await states(handle)).toEqual(['delivered'])
  })

  it('left without its shift: goes again under a new id, without it', async () => {
    await startShift({ team_id: TEAM, reference_unit_id: UNIT, companion_ids: [] })
    const { encounter_id } = await recordEncounter(encounter())
    later(11_000)
    server(answer('refused', 'waiting'))
    await push()
    await giveUp((await allRows(handle))[0]!.id)
    later(3600_000)
    server((request) => json({
      received_at: new Date().toISOString(),
      outcomes: request.envelope!.commands.map((each, at) => outcome(request, at, each.name === 'encounters.record' ? 'withdrawn' : 'done')),
    }))
    await push()
    const lost = (await allRows(handle)).find((row) => row.name === 'encounters.record')!
    expect(lost.state).toBe('needs_you')
    await tryAgain(lost.id)
    const asked = server(done)
    await push()
    expect(asked[0]!.envelope!.commands).toMatchObject([{ name: 'encounters.record', replaces: lost.id, after: [], body: { encounter_id, shift_id: null } }])
  })

  it('given up with its shift: what is recorded afterwards no longer waits for that shift', async () => {
    await startShift({ team_id: TEAM, reference_unit_id: UNIT, companion_ids: [] })
    server(answer('refused'))
    await push()
    await giveUp((await allRows(handle))[0]!.id)
    expect(shift.value).toBeNull()
    await recordEncounter(encounter())
    const made = (await allRows(handle)).find((row) => row.name === 'encounters.record')!
    expect([made.after, (made.body as EncounterBody).shift_id]).toEqual([[], null])
  })
})

describe('a delivered record', () => {
  it('is corrected and withdrawn by commands of their own', async () => {
    const [id] = await record()
    server(done)
    await push()
    const { encounter_id } = await correctEncounter(id!, encounter({ people_count: 2 }), 'contei errado')
    expect(encounter_id).not.toBe(id)
    await withdrawEncounter(encounter_id, 'by_mistake') // never sent: simply gone
    expect(records.value.map((each) => each.id)).toEqual([id])
    await withdrawEncounter(id!, 'duplicate')
    const asked = server(done)
    await push()
    expect(asked[0]!.envelope!.commands).toMatchObject([{ name: 'encounters.withdraw', body: { encounter_id: id, reason: 'duplicate' } }])
    expect(records.value[0]).toMatchObject({ id, status: 'withdrawn' })
  })
})
