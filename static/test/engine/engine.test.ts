import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backoff, MOST_MS } from '../../src/sync/backoff'
import { failingDisk } from '../make/disk'
import { closePhone, done, encounter, json, keyOf, page, server, UNIT, workerSession, type Request } from '../make/phone'

// A tab is a copy of the whole app over the same databases, locks and channel.
async function openTab() {
  vi.resetModules()
  const [actions, engine, enter, state, device] = await Promise.all([
    import('../../src/actions'), import('../../src/sync/engine'), import('../../src/store/enter'), import('../../src/store/state'), import('../../src/store/device'),
  ])
  return { ...actions, ...engine, ...enter, ...device, state }
}
type Tab = Awaited<ReturnType<typeof openTab>>

let visible = 'visible'
const events = new EventTarget()
const answer = (request: Request): Response => (request.method === 'POST' ? done(request) : json(page({ cursor: 'c' })))
const pushes = (asked: Request[]) => asked.filter((each) => each.method === 'POST')

function browser(): void {
  const held = new Set<string>()
  vi.stubGlobal('navigator', {
    locks: {
      request: async (name: string, _: unknown, work: (lock: unknown) => Promise<unknown>) => {
        if (held.has(name)) return work(null)
        held.add(name)
        try {
          return await work({ name })
        } finally {
          held.delete(name)
        }
      },
    },
  })
  vi.stubGlobal('window', events)
  vi.stubGlobal('document', Object.defineProperty(new EventTarget(), 'visibilityState', { get: () => visible }))
}

const realTimeout = globalThis.setTimeout

async function settle(ms = 0): Promise<void> {
  // Timers are faked, the database is not: let it work between the steps.
  const steps = Math.max(4, Math.min(240, Math.ceil(ms / 250)))
  for (let step = 0; step < steps; step += 1) {
    await vi.advanceTimersByTimeAsync(Math.ceil(ms / steps))
    // On a busy machine the database needs more turns than on a quiet one.
    for (let turn = 0; turn < 6 || (turn < 30 && tab?.state.syncState.value.phase === 'running'); turn += 1) await new Promise((resolve) => realTimeout(resolve, 1))
  }
}

let tab: Tab
let key: string
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  visible = 'visible'
  browser()
  tab = await openTab()
  const row = await workerSession()
  key = row.key
  await tab.enter(row, keyOf(row.key))
})
afterEach(() => {
  tab.closeEngine()
  return settle(100).then(closePhone)
})

describe('back-off', () => {
  it('doubles, never beyond a quarter of an hour, never below half', () => {
    expect([1, 2, 3, 4].map((tries) => backoff(tries, () => 1))).toEqual([5000, 10_000, 20_000, 40_000])
    expect(backoff(1, () => 0)).toBe(2500)
    expect(backoff(99, () => 1)).toBe(MOST_MS)
  })
})

describe('the engine', () => {
  it('sends by itself when the hold is over, and not before', async () => {
    const asked = server(answer)
    tab.startEngine()
    await settle(100)
    await tab.recordEncounter(encounter())
    await settle(9000)
    expect(pushes(asked)).toHaveLength(0)
    await settle(2000)
    expect(pushes(asked)).toHaveLength(1)
    expect(tab.state.badge.value.unsent).toBe(0)
    for (let turn = 0; tab.state.syncState.value.phase === 'running' && turn < 200; turn += 1) await settle()
    expect(tab.state.syncState.value.phase).toBe('idle')
  })

  it('sends the referral and its encounter in the urgent lane', async () => {
    const asked = server(answer)
    tab.startEngine()
    await settle(100)
    const referral = { unit_id: UNIT, called: null, people_count: 1, with_children: false, with_animals: false, person_accepted: true, note: null }
    await tab.recordEncounter(encounter(), { referral })
    await settle(12_000)
    expect(pushes(asked).some((each) => each.envelope!.commands.map((one) => one.name).join() === 'encounters.record,referrals.send')).toBe(true)
    expect(tab.state.badge.value.unsent).toBe(0)
  })

  it('waits longer after each silence, keeps everything, and tries at once when woken', async () => {
    const asked = server(new TypeError('no network'))
    tab.startEngine()
    await settle(50)
    await tab.recordEncounter(encounter())
    await settle(11_000)
    expect(tab.state.syncState.value.phase).toBe('no_answer')
    asked.length = 0
    await settle(5 * 60_000)
    const tries = pushes(asked).length
    expect(tries).toBeGreaterThan(2)
    expect(tries).toBeLessThan(12)
    expect(tab.state.badge.value.unsent).toBe(1)
    asked.length = 0
    events.dispatchEvent(new Event('online'))
    await settle(300)
    expect(pushes(asked).length).toBeGreaterThan(0)
    const again = server(answer)
    tab.wake()
    await settle(500)
    expect(pushes(again)).toHaveLength(1)
    expect(tab.state.badge.value.unsent).toBe(0)
  })

  it('says after five seconds that the server is silent, while the request goes on and then counts', async () => {
    let free = (): void => undefined
    server(async (request) => {
      if (request.method === 'POST') await new Promise<void>((resolve) => { free = resolve })
      return answer(request)
    })
    tab.startEngine()
    await settle(50)
    await tab.recordEncounter(encounter())
    await settle(11_000)
    expect(tab.state.syncState.value.phase).toBe('running')
    await settle(6000)
    expect(tab.state.syncState.value.phase).toBe('no_answer')
    free()
    await settle(500)
    expect(tab.state.syncState.value.phase).toBe('idle')
    expect(tab.state.badge.value.unsent).toBe(0)
  })

  it('stops asking when signed out, and goes on when the worker is back', async () => {
    const asked = server(json({ code: 'access.signed_out', title: 'Entre de novo para enviar' }, 401))
    tab.startEngine()
    await settle(50)
    await tab.recordEncounter(encounter())
    await settle(60_000)
    const tried = asked.length
    expect(tab.state.syncState.value.phase).toBe('signed_out')
    await settle(30 * 60_000)
    expect(asked.length).toBe(tried)
    expect(tab.state.badge.value.unsent).toBe(1)
    const again = server(answer)
    await tab.setSignedOut(key, false)
    await settle(1000)
    expect(pushes(again)).toHaveLength(1)
    expect(tab.state.badge.value.unsent).toBe(0)
  })

  it('sends again what it was sending when the storage failed, and what comes after it, without being woken', async () => {
    let broken = true
    const asked = server((request) => {
      if (request.method === 'POST' && broken) failingDisk('AbortError', ['put']) // the answer comes, and can't be kept
      return answer(request)
    })
    tab.startEngine()
    await settle(100)
    const { encounter_id } = await tab.recordEncounter(encounter())
    for (let turn = 0; !pushes(asked).length && turn < 60; turn += 1) await settle(250)
    expect(pushes(asked)).toHaveLength(1)
    broken = false
    vi.restoreAllMocks()
    expect(tab.state.badge.value.unsent).toBe(1)
    await settle(60_000)
    expect(tab.state.badge.value.unsent).toBe(0)
    expect(tab.state.records.value[0]).toMatchObject({ id: encounter_id, state: 'delivered' })
  })

  it('does not spin while everything in line waits for the worker', async () => {
    const asked = server((request) => request.method !== 'POST' ? answer(request) : json({
      received_at: new Date().toISOString(),
      outcomes: request.envelope!.commands.map(({ id, name }) => ({
        id, status: name === 'encounters.record' ? 'refused' : 'waiting', receipt: null, problem: name === 'encounters.record' ? { code: 'x.y', title: 'Não.', fields: {} } : null,
      })),
    }))
    tab.startEngine()
    await settle(50)
    const { encounter_id } = await tab.recordEncounter(encounter())
    await tab.completeEncounter(encounter_id, { needs: ['food'] })
    await settle(11_000)
    // The run that brought the refusal ends with a pull of its own.
    for (let turn = 0; tab.state.syncState.value.phase === 'running' && turn < 200; turn += 1) await settle()
    visible = 'hidden'
    asked.length = 0
    await settle(3600_000)
    expect(asked).toHaveLength(0)
    expect(tab.state.badge.value).toMatchObject({ unsent: 2, needsYou: 1 })
  })
})

describe('two tabs', () => {
  it('send each command once, and both see it delivered', async () => {
    const asked = server(answer)
    const other = await openTab()
    await other.boot()
    await other.enter((await other.workerRow(key))!, keyOf(key))
    tab.startEngine()
    other.startEngine()
    await settle(100)
    for (let at = 0; at < 5; at += 1) await tab.recordEncounter(encounter())
    await other.recordEncounter(encounter())
    await settle(12_000)
    await settle(6_000)
    const sent = pushes(asked).flatMap((each) => each.envelope!.commands.map((one) => one.id))
    expect(new Set(sent).size).toBe(6)
    expect(sent).toHaveLength(6)
    await settle(200)
    expect(tab.state.badge.value.unsent).toBe(0)
    expect(other.state.badge.value.unsent).toBe(0)
    expect(other.state.records.value).toHaveLength(6)
    other.closeEngine()
  })
})

describe('the engine before anybody came', () => {
  it('may be woken, and still works for the one who comes', async () => {
    const asked = server(answer)
    await tab.lockNow()
    tab.startEngine()
    tab.wake()
    await settle(100)
    expect(asked).toHaveLength(0)
    await tab.enter((await tab.workerRow(key))!, keyOf(key))
    await settle(1000)
    expect(asked.filter((each) => each.method === 'GET').length).toBeGreaterThan(0)
  })
})
