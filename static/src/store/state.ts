// The signals that screens read. Only the store writes them (and sync its own syncState); a screen never does.
import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { Ficha, Household, Me, Person, Point, PulledShift, Region, Task, Unit } from '../contract/pull'
import type { PulledRequest } from '../contract/requests'
import type { CodeWanted, LocalRecord, LocalReferral, Lock, OutboxItem, Session, Shift, StorageState, SyncState } from './types'

import type { WorkerRow } from './rows'

export type * from './types'
export { SaveFailed } from './types'
export { applyUpdate, updateReady } from '../platform/worker'

export const ready = signal(false) // boot() has read the phone; before that show nothing but the frame
export const session = signal<Session | null>(null)
export const owes = signal<WorkerRow['owes']>({ password: false, term: false }) // what the worker must do first
export const lock = signal<Lock | null>(null) // the phone is shut: nobody's session, nobody's rows
export const withoutEntering = signal(false) // the form of a shut phone is open
export const codeWanted = signal<CodeWanted | null>(null) // a code must be chosen before the phone can be used
export const me = signal<Me | null>(null)
export const shift = signal<Shift | null>(null)
export const toldShifts = signal<PulledShift[]>([]) // what the server says of this worker's own

export const units = signal<Unit[]>([])
export const regions = signal<Region[]>([])
export const points = signal<Point[]>([])
export const households = signal<Household[]>([])
export const people = signal<Person[]>([])
export const tasks = signal<Task[]>([])
export const requests = signal<PulledRequest[]>([]) // what this team was sent to, and has not closed
export const ficha = signal<Ficha | null>(null)

export const records = signal<LocalRecord[]>([]) // newest first
export const referrals = signal<LocalReferral[]>([]) // newest first
export const outbox = signal<OutboxItem[]>([]) // unsent in order of making, then delivered, newest first

// Unsent work of other workers of this phone: how many items, never what. Sent when they sign in again.
export const othersUnsent = signal(0)

export const badge: ReadonlySignal<{ unsent: number; needsYou: number; urgent: number; flags: number }> = computed(() => {
  let unsent = 0
  let needsYou = 0
  let urgent = 0
  let flags = 0
  for (const item of outbox.value) {
    if (item.state === 'delivered' || item.state === 'withdrawn') continue
    unsent += 1
    if (item.state === 'needs_you') needsYou += 1
    if (item.urgent) urgent += 1
    if (item.name === 'protection.raise') flags += 1
  }
  return { unsent, needsYou, urgent, flags }
})

export const syncState = signal<SyncState>({ phase: 'idle', lastSuccessAt: null, pulled: null })
export const storageState = signal<StorageState>({
  persisted: null, usage: null, quota: null, low: false, vanished: false, vanishedUnsent: 0,
})
// Seconds that this phone's clock is off (positive: ahead), once it passes five minutes; null when fine or already seen.
export const clockSkew = signal<number | null>(null)
export const clockOffset = signal(0) // ms, server minus phone
