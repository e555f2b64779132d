// Flags on the phone: what the city's table says of whom to tell, and how this worker's own flags go. No word of a case is
// ever here: of a flag that was saved only its command is, shut. Loaded with the screens that ask for it.
import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { Place } from '../contract/commands'
import type { CallOutcome, FlagBody, FlagCallBody, FlagComplementBody, FlagRule, FlagRules, OwnFlag, Recipient } from '../contract/protection'
import { noFacts, withMore, type FlagFacts } from '../rules/flag'
import type { Opened } from './boxed'
import { onChange } from './changes'
import { commandRows } from './load'
import { readMeta, setMeta } from './meta'
import { currentHandle, openDevice, openLocked, read, write, type Handle } from './open'
import { clockOffset, session } from './state'
import { stateOf } from './project'
import type { CommandRow } from './rows'
import type { SendState } from './types'
import type { ProblemView } from '../contract/commands'

export const recipients = signal<readonly Recipient[]>([])
export const flagRules = signal<readonly FlagRule[]>([])
// Whose it is: on a shared phone the next worker's first screen is drawn before anything else is read.
const told = signal<{ of: string | null; at: number; flags: readonly OwnFlag[] }>({ of: null, at: 0, flags: [] })
const keyNow = (): string | null => (session.value ? `${session.value.municipality.id}-${session.value.worker.id}` : null)
const toldNow = computed(() => (told.value.of === keyNow() ? told.value : { of: null, at: 0, flags: [] }))

/** A flag as its author sees it: its way out of the phone, and what the server tells of it. */
export interface ShownFlag {
  id: string
  occurred_at: string
  command_id: string | null // null: raised on another phone, or long delivered
  state: SendState | 'remote'
  problem: ProblemView | null
  told: OwnFlag | null
}

const later = (a: { occurred_at: string }, b: { occurred_at: string }): number => (a.occurred_at < b.occurred_at ? 1 : -1)

export const ownFlags: ReadonlySignal<ShownFlag[]> = computed(() => {
  const known = new Map(toldNow.value.flags.map((flag) => [flag.flag_id, flag]))
  const now = Date.now()
  const here = commandRows.value.filter((row) => row.name === 'protection.raise' && row.record_id !== null && row.state !== 'withdrawn').map((row): ShownFlag => {
    const id = row.record_id!
    const flag = known.get(id) ?? null
    known.delete(id)
    return { id, occurred_at: row.occurred_at, command_id: row.id, state: stateOf(row, now), problem: row.problem, told: flag }
  })
  const away = [...known.values()].map((flag): ShownFlag => ({ id: flag.flag_id, occurred_at: flag.occurred_at, command_id: null, state: 'remote', problem: null, told: flag }))
  return [...here, ...away].sort(later)
})

/** What this phone recorded of calls and of additions and the server does not tell yet. */
export const unsentOf = (id: string): readonly CommandRow[] =>
  commandRows.value.filter((row) => row.name.startsWith('protection.') && row.name !== 'protection.raise' && row.record_id === id && row.state !== 'withdrawn')

/** One attempt to reach somebody; number null where a server of before does not tell it. */
export interface Attempt { recipient: string; number: string | null; outcome: CallOutcome; protocol: string | null; at: string }
/** What this phone still knows of a flag of its own. */
export interface Known { facts: FlagFacts; place: Place | null; person_id: string | null; source_id: string | null; told: boolean; calls: readonly Attempt[] }

// Delivered, a flag's command is the municipality's alone. Until the phone shuts its body stays in memory, with the key that
// goes then: whom to ring must not change under the finger because the line came back, nor an attempt be forgotten.
const inMind = new WeakMap<Opened, Map<string, unknown>>()

function mind(): Map<string, unknown> | null {
  const opened = currentHandle()?.codec.opened
  if (!opened) return null
  const found = inMind.get(opened) ?? new Map<string, unknown>()
  inMind.set(opened, found)
  return found
}

function keepInMind(rows: readonly CommandRow[]): void {
  const bodies = mind()
  for (const row of rows) if (row.name.startsWith('protection.') && row.body !== null) bodies?.set(row.id, row.body)
}

const nothing = (): Known => ({ facts: noFacts(), place: null, person_id: null, source_id: null, told: false, calls: [] })

function grown(known: Known, name: string, body: unknown, at: string): Known {
  if (name === 'protection.raise') {
    const { choices, place, person_id, source_id, words, ...facts } = body as FlagBody
    const chosen = Object.fromEntries(choices.map(({ recipient, answer }) => [recipient, answer]))
    return { ...known, facts: { ...noFacts(), ...facts, choices: chosen }, place, person_id, source_id, told: words !== null || facts.already_told }
  }
  if (name === 'protection.complement') {
    const more = body as FlagComplementBody
    return { ...known, facts: withMore(known.facts, more), place: more.place ?? known.place, told: known.told || more.words !== null }
  }
  if (name !== 'protection.tell_call') return known
  const { recipient, number, outcome, protocol } = body as FlagCallBody
  return { ...known, calls: [...known.calls, { recipient, number, outcome, protocol, at }] }
}

/** By id of the flag, of what was saved on this phone: as long as it is under way, and afterwards while the phone stays open. */
export const knownFlags: ReadonlySignal<ReadonlyMap<string, Known>> = computed(() => {
  const found = new Map<string, Known>()
  const bodies = mind()
  for (const { id, name, record_id: flag, body, state, occurred_at } of commandRows.value) {
    if (!name.startsWith('protection.') || flag === null || state === 'withdrawn') continue
    const said = body ?? bodies?.get(id)
    if (said) found.set(flag, grown(found.get(flag) ?? nothing(), name, said, occurred_at))
  }
  return found
})

const WANTED = ['recipient', 'flag_rules']
// For a phone that is shut: public telephones of public bodies, outside the vault.
const shelf = (municipality: string): string => `duty_phones:${municipality}`

export async function loadFlags(handle: Handle): Promise<void> {
  if (!handle.codec.opened) return
  const [rows, kept] = await Promise.all([
    read(handle, (db) => Promise.all(WANTED.map((type) => db.getAllFromIndex('pulled', 'type', type)))),
    readMeta(handle, 'own_flags'),
  ])
  if (handle !== currentHandle() || !handle.codec.opened) return
  recipients.value = (rows[0] ?? []).map((row) => row.body as Recipient)
  flagRules.value = (rows[1] ?? []).flatMap((row) => (row.body as FlagRules).lines)
  told.value = { of: handle.key, ...(kept ?? { at: 0, flags: [] }) }
  if (recipients.value.length) await (await openDevice()).put('kv', { key: shelf(handle.key.split('-')[0]!), value: recipients.value }).catch(() => undefined)
}

export async function dutyOfShut(key: string): Promise<readonly Recipient[]> {
  const found = await (await openDevice()).get('kv', shelf(key.split('-')[0]!)).catch(() => undefined)
  // Who is on duty is asked of the city's clock, also where the phone's own is wrong.
  const shut = await openLocked(key)
  clockOffset.value = shut ? (await readMeta(shut, 'clock_offset_ms').catch(() => null)) ?? 0 : 0
  shut?.raw.close()
  return Array.isArray(found?.value) ? (found.value as Recipient[]) : []
}

export async function keepTold(handle: Handle, flags: readonly OwnFlag[], now: number): Promise<void> {
  const value = { at: now, flags: [...flags] }
  await write(handle, ['meta'], (tx) => setMeta(tx, 'own_flags', value))
  if (handle === currentHandle()) told.value = { of: handle.key, ...value }
}

export const toldAt: ReadonlySignal<number> = computed(() => toldNow.value.at)

let whose: string | null = null

/** Follows who is signed in and what comes by pull, from the first screen that shows any of it. */
export function watchFlags(): () => void {
  const load = (): void => {
    const handle = currentHandle()
    if (handle) void loadFlags(handle).catch(() => undefined)
  }
  const empty = (): void => {
    recipients.value = []
    flagRules.value = []
    told.value = { of: null, at: 0, flags: [] }
  }
  const ends = [
    commandRows.subscribe(keepInMind),
    onChange(({ kind, key }) => {
      if (key !== currentHandle()?.key) return
      if (kind === 'pulled') load()
    }),
    session.subscribe((now) => {
      const key = now ? keyNow() : null
      if (key !== whose) empty()
      whose = key
      if (key) load()
    }),
  ]
  return () => { for (const end of ends) end() }
}
