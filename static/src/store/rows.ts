// Rows as they lie in the phone's database.
import type { DBSchema } from 'idb'
import type { CommandName, EncounterBody, HoldTold, HomeVisitBody, OutcomeStatus, ProblemView, ReferralBody } from '../contract/commands'
import type { OwnFlag } from '../contract/protection'
import type { RecordStatus } from '../contract/pull'
import type { OutboxItem, SendState, Session } from './types'
import type { ByCode, ByPasskey, SealKey } from './vault'

export interface CommandRow {
  seq: number // order of making; ids alone would follow a clock that may go back
  id: string
  name: CommandName
  version: number
  occurred_at: string
  after: string[]
  replaces: string | null
  body: unknown // null once delivered and sealed
  sealed: string | null // the whole command, sealed to the municipality: what a locked phone sends (store/boxed.ts)
  sealed_body?: true // of a version that sealed the body alone
  record_id: string | null
  what: OutboxItem['what']
  urgent: boolean
  state: SendState
  lane: Lane | null // who is sending it
  verdict: OutcomeStatus | null // the server's last word
  replaced_by: string | null
  created_at: number
  held_until: number | null
  tries: number
  last_try_at: number | null
  next_try_at: number | null
  problem: ProblemView | null
  receipt: string | null
  delivered_at: number | null
  mark?: number // what it changed comes with a pull that has seen this
  told?: HoldTold // what became of the place that it asked for
}
export type NewCommand = Omit<CommandRow, 'seq'>
// A flag's request is behind no other: it has a lane to itself.
export type Lane = 'flag' | 'urgent' | 'normal'

// How it was sent is told by its command; the row holds only what was recorded.
interface RecordRowOf<T extends string, B> {
  id: string
  type: T
  body: B
  occurred_at: string
  created_at: number
  command_id: string
  replaces_id: string | null
  status: RecordStatus
}
export type RecordRow =
  | RecordRowOf<'encounter', EncounterBody>
  | RecordRowOf<'home_visit', HomeVisitBody>
  | RecordRowOf<'referral', ReferralBody>

export interface PulledRow { type: string; id: string; version: string; body: unknown; listing: number }

export interface Meta {
  cursor: string | null
  listing: number // number of the listing under way or last finished
  epoch: number
  last_success_at: number
  contact_at: number // a page came, whole listing or not
  clock_offset_ms: number // server minus phone
  clock_seen: boolean
  shift: import('./types').Shift
  vanished_unsent: number
  not_same: string[] // pairs of records that are two meetings (store/not-same.ts)
  seen: number // the server's changes before this number have all come (store/back.ts)
  vault_token: string // proves to the server that the phone is open
  own_flags: { at: number; flags: OwnFlag[] } // as the server last told of this worker's own, without a word of theirs
}

export interface WorkerSchema extends DBSchema {
  commands: { key: number; value: CommandRow; indexes: { id: string } }
  records: { key: string; value: RecordRow }
  pulled: { key: [string, string]; value: PulledRow; indexes: { type: string } }
  drafts: { key: string; value: { kind: string; data: unknown; saved_at: number } }
  meta: { key: keyof Meta; value: { key: keyof Meta; value: unknown } }
}

// What opens a worker's database, and what may be done without opening it. Nothing of anybody met lies here.
export interface VaultRow {
  code: ByCode
  passkeys: ByPasskey[]
  check: Uint8Array // a box that only the right data key opens
  city: string | null // the data key, sealed to the municipality: the way back when the code is forgotten
  failures: number
  failed_at: number | null
}
export interface WorkerRow {
  key: string
  session: Session
  csrf: string
  unsent: number
  vault: VaultRow | null
  delivery: string | null // the token that can only send
  seal_key: SealKey | null
  owes: { password: boolean; term: boolean } // before anything else, when there is signal
  ground: { team_id: string; reference_unit_id: string } | null // of the last shift, for *registrar sem entrar*
  slip?: string | null // public half of the device's key, until the server knows it (store/slip-key.ts)
}
export interface DeviceSchema extends DBSchema {
  workers: { key: string; value: WorkerRow }
  kv: { key: string; value: { key: string; value: unknown } }
}
