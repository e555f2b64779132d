// A draft at every tap: what is on the screen survives a kill of the browser.
import { read, requireHandle, withDatabase, type Handle } from './open'

export type DraftKind = 'encounter' | 'home_visit' | 'referral' | 'person' | 'name' | 'answer' | 'family' | 'family_event' | 'step' | 'follow_up' | 'trip' | 'told' | 'flag' | 'flag_call' | 'flag_more'

export async function loadDraft<T>(kind: DraftKind): Promise<T | null> {
  return withDatabase(async (db) => ((await db.get('drafts', kind))?.data as T | undefined) ?? null)
}

// Taps come faster than a disk writes: only the newest waiting draft of a kind is written, in order.
const waiting = new Map<DraftKind, { data: unknown; handle: Handle }>()
let chain: Promise<void> = Promise.resolve()

export function saveDraft(kind: DraftKind, data: unknown): Promise<void> {
  // Whose form it is, is decided at the tap: the disk may be slower than the next worker.
  waiting.set(kind, { data: structuredClone(data), handle: requireHandle() })
  chain = chain.then(() => write(kind), () => write(kind))
  return chain
}

async function write(kind: DraftKind): Promise<void> {
  const next = waiting.get(kind)
  if (!next) return
  waiting.delete(kind)
  await read(next.handle, (db) => db.put('drafts', { kind, data: next.data, saved_at: Date.now() }))
}

export function clearDraft(kind: DraftKind): Promise<void> {
  waiting.delete(kind)
  chain = chain.then(() => drop(kind), () => drop(kind))
  return chain
}

// For the transaction that saves the record: no older draft may be written after it.
export function settleDraft(kind: DraftKind): Promise<void> {
  waiting.delete(kind)
  return chain.catch(() => undefined)
}

async function drop(kind: DraftKind): Promise<void> {
  await withDatabase((db) => db.delete('drafts', kind))
}
