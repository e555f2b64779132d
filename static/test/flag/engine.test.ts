// The engine itself, over two tabs and a line that hangs: nothing stands before a flag, and it is sent once.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { FlagInput } from '../../src/actions/flag'
import { newId } from '../../src/contract/ids'
import { closePhone, done, encounter, json, keyOf, page, server, workerSession, type Request } from '../make/phone'

async function openTab() {
  vi.resetModules()
  const [actions, flag, engine, enter, state, rules] = await Promise.all([
    import('../../src/actions'), import('../../src/actions/flag'), import('../../src/sync/engine'), import('../../src/store/enter'), import('../../src/store/state'), import('../../src/rules/flag'),
  ])
  const input = (): FlagInput => ({
    flag_id: newId(), source: 'alone', source_id: null, subject: 'unnamed', person_id: null, household_id: null, place: null, late_at: null, calls: [], words: rules.noWords(),
    facts: { ...rules.noFacts(), kinds: ['physical'] },
  })
  return { ...actions, ...flag, ...engine, ...enter, state, input }
}
type Tab = Awaited<ReturnType<typeof openTab>>

const realTimeout = globalThis.setTimeout
async function settle(ms = 0): Promise<void> {
  for (let step = 0; step < 8; step += 1) {
    await vi.advanceTimersByTimeAsync(Math.ceil(ms / 8))
    for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => realTimeout(resolve, 1))
  }
}
const names = (asked: Request[]): string[][] => asked.filter((each) => each.method === 'POST').map((each) => each.envelope!.commands.map((command) => command.name))
const answer = (request: Request): Response => (request.method === 'POST' ? done(request) : json(page({ cursor: 'c' })))

const tabs: Tab[] = []
let row: Awaited<ReturnType<typeof workerSession>>
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  const held = new Set<string>()
  vi.stubGlobal('navigator', { locks: { request: async (name: string, _: unknown, work: (lock: unknown) => Promise<unknown>) => {
    if (held.has(name)) return work(null)
    held.add(name)
    try { return await work({ name }) } finally { held.delete(name) }
  } } })
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', Object.defineProperty(new EventTarget(), 'visibilityState', { get: () => 'visible' }))
  row = await workerSession()
})
afterEach(async () => {
  for (const tab of tabs.splice(0)) tab.closeEngine()
  await settle(100)
  closePhone()
})
async function tab(): Promise<Tab> {
  const made = await openTab()
  tabs.push(made)
  await made.boot()
  await made.enter(row, keyOf(row.key))
  return made
}

it('a flag goes while the request of the others hangs', async () => {
  const asked = server((request) => (request.method === 'POST' && request.envelope!.commands.some((command) => command.name.startsWith('encounters.'))
    ? new Promise<Response>(() => undefined) : answer(request)))
  const here = await tab()
  here.startEngine()
  await here.recordEncounter(encounter())
  await settle(12_000)
  expect(names(asked)).toEqual([['encounters.record']])
  await here.raiseFlag(here.input())
  await settle(1_000)
  expect(names(asked)).toEqual([['encounters.record'], ['protection.raise']])
  expect(here.state.badge.value.flags).toBe(0)
  expect(here.state.badge.value.unsent).toBe(1)
})

it('after a silence the flag is tried before the others', async () => {
  const asked = server(new TypeError('offline'))
  const here = await tab()
  await here.recordEncounter(encounter())
  await here.raiseFlag(here.input())
  vi.setSystemTime(Date.now() + 12_000)
  here.startEngine()
  await settle(8_000)
  asked.length = 0
  const again = server(answer)
  here.wake()
  await settle(6_000)
  expect(names(again)).toEqual([['protection.raise'], ['encounters.record']])
})

it('raised in one tab, it is sent once, and the other sees it delivered', async () => {
  const asked = server(answer)
  const [one, two] = [await tab(), await tab()]
  one.startEngine()
  two.startEngine()
  await settle(500)
  const input = one.input()
  await Promise.all([one.raiseFlag(input), two.raiseFlag(input)])
  await settle(6_000)
  expect(names(asked).flat().filter((name) => name === 'protection.raise')).toHaveLength(1)
  await settle(1_000)
  expect([one.state.badge.value.flags, two.state.badge.value.flags]).toEqual([0, 0])
})
