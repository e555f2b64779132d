// What a worker saves: the record AND its command, in one transaction, or neither.
import type { Bodies, CommandName } from '../contract/commands'
import { newId, instant } from '../contract/ids'
import { announce } from './changes'
import { setMeta } from './meta'
import { requireHandle, write, type Handle, type StoreName, type Write } from './open'
import { loadLocal } from './load'
import type { CommandRow, NewCommand, RecordRow } from './rows'
import { describe } from './describe'
import { settleDraft, type DraftKind } from './drafts'
import { storageState } from './state'
import { SaveFailed, type Shift } from './types'

const URGENT = /^(protection\.|referrals\.send$)/

export interface CommandPlan<N extends CommandName> {
  name: N
  body: Bodies[N]
  record_id: string | null
  after?: string[]
  replaces?: string | null
  occurred_at?: string
  hold_ms?: number
  version?: number
  now: number
}

export function plan<N extends CommandName>(wish: CommandPlan<N>): NewCommand {
  const { name, body, now } = wish
  return {
    id: newId(now), name, version: wish.version ?? 1, body, sealed: null,
    occurred_at: wish.occurred_at ?? instant(now),
    after: wish.after ?? [], replaces: wish.replaces ?? null, record_id: wish.record_id,
    what: describe(name, body), urgent: URGENT.test(name),
    state: wish.hold_ms ? 'held' : 'queued', held_until: wish.hold_ms ? now + wish.hold_ms : null,
    lane: null, verdict: null, replaced_by: null, created_at: now,
    tries: 0, last_try_at: null, next_try_at: null, problem: null, receipt: null, delivered_at: null,
  }
}

export interface Saving {
  records?: RecordRow[]
  commands: NewCommand[]
  shift?: Shift | null
  clearDrafts?: DraftKind[]
  // Reads and changes rows of the same transaction; throws to save nothing; false when it is saved already.
  within?: (tx: Write) => Promise<void | false>
}

export async function save(saving: Saving): Promise<void> {
  const handle = requireHandle()
  for (const kind of saving.clearDrafts ?? []) await settleDraft(kind)
  // No more stores than needed: a save must not wait behind a pull that is writing its pages.
  const stores: StoreName[] = ['commands', 'records', 'drafts']
  if (saving.shift !== undefined) stores.push('meta')
  await writeOrSay(handle, stores, async (tx) => {
    for (const kind of saving.clearDrafts ?? []) await tx.objectStore('drafts').delete(kind)
    if (await saving.within?.(tx) === false) return
    for (const record of saving.records ?? []) await tx.objectStore('records').put(record)
    // `seq` must be absent, not undefined: only then does the store number the row.
    for (const command of saving.commands) await tx.objectStore('commands').add(command as CommandRow)
    if (saving.shift !== undefined) await setMeta(tx, 'shift', saving.shift)
  })
  await changed(handle).catch(() => undefined) // it is stored: what fails now is only the showing
}

async function writeOrSay<T>(handle: Handle, stores: StoreName[], work: (tx: Write) => Promise<T>): Promise<T> {
  try {
    return await write(handle, stores, work)
  } catch (error) {
    if (error instanceof SaveFailed && error.reason === 'quota') storageState.value = { ...storageState.value, low: true }
    throw error
  }
}

export async function changed(handle: Handle): Promise<void> {
  announce('local', handle.key)
  await loadLocal(handle)
}

export async function commandIn(tx: Write, id: string): Promise<CommandRow | null> {
  return (await tx.objectStore('commands').index('id').get(id)) ?? null
}

export async function change<T>(work: (tx: Write) => Promise<T>, stores: StoreName[] = ['commands', 'records']): Promise<T> {
  const handle = requireHandle()
  const result = await writeOrSay(handle, stores, work)
  await changed(handle)
  return result
}

// Everything that waits for `id`, directly or through another.
export function dependantsOf(id: string, rows: readonly CommandRow[]): CommandRow[] {
  const found: CommandRow[] = []
  const ids = new Set([id])
  for (const row of rows) {
    if (!row.after.some((before) => ids.has(before))) continue
    ids.add(row.id)
    found.push(row)
  }
  return found
}

// The server can't have heard of it: no request with it was ever begun.
export const neverSent = (row: CommandRow): boolean =>
  row.tries === 0 && row.verdict === null && (row.state === 'held' || row.state === 'queued')

/** Takes commands out before they ever left (store/unsaving.ts). False when any of it may have gone, or is built upon. */
export const unsave = async (ids: string | readonly string[], mayGo: (row: CommandRow) => boolean): Promise<boolean> =>
  (await import('./unsaving')).unsave(ids, mayGo)
