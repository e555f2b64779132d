// Flags on the phone: what the city's table says of whom to tell, and how this worker's own flags go. No word of a case is
// ever here: of a flag that was saved only its command is, shut. Loaded with the screens that ask for it.
import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { FlagRule, FlagRules, OwnFlag, Recipient } from '../contract/protection'
import { onChange } from './changes'
import { commandRows } from './load'
import { readMeta, setMeta } from './meta'
import { currentHandle, openDevice, read, write, type Handle } from './open'
import { session } from './state'
import { stateOf } from './project'
import type { CommandRow } from './rows'
import type { SendState } from './types'
import type { ProblemView } from '../contract/commands'

export const recipients = signal<readonly Recipient[]>([])
export const flagRules = signal<readonly FlagRule[]>([])
const told = signal<{ at: number; flags: readonly OwnFlag[] }>({ at: 0, flags: [] })

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
  const known = new Map(told.value.flags.map((flag) => [flag.flag_id, flag]))
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
  told.value = kept ?? { at: 0, flags: [] }
  if (recipients.value.length) await (await openDevice()).put('kv', { key: shelf(handle.key.split('-')[0]!), value: recipients.value }).catch(() => undefined)
}

export async function dutyOfShut(key: string): Promise<readonly Recipient[]> {
  const found = await (await openDevice()).get('kv', shelf(key.split('-')[0]!)).catch(() => undefined)
  return Array.isArray(found?.value) ? (found.value as Recipient[]) : []
}

export async function keepTold(handle: Handle, flags: readonly OwnFlag[], now: number): Promise<void> {
  const value = { at: now, flags: [...flags] }
  await write(handle, ['meta'], (tx) => setMeta(tx, 'own_flags', value))
  if (handle === currentHandle()) told.value = value
}

export const toldAt: ReadonlySignal<number> = computed(() => told.value.at)

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
    told.value = { at: 0, flags: [] }
  }
  const ends = [
    onChange(({ kind, key }) => {
      if (key !== currentHandle()?.key) return
      if (kind === 'pulled') load()
    }),
    session.subscribe((now) => {
      const key = now ? `${now.municipality.id}-${now.worker.id}` : null
      if (key !== whose) empty()
      whose = key
      if (key) load()
    }),
  ]
  return () => { for (const end of ends) end() }
}
