// What the store shows to screens.
import type { CommandName, EncounterBody, HoldTold, HomeVisitBody, ProblemView, ReferralBody } from '../contract/commands'
import type { PulledEncounter, PulledHomeVisit, PulledReferral, RecordStatus, ReferralStatus } from '../contract/pull'

export interface Session {
  worker: { id: string; name: string; login: string; locale: string }
  roles: string[]
  municipality: { id: number; name: string; is_demo: boolean }
  deviceId: string
  signedOut: boolean // the cookie ended; registering goes on, sending waits for a new sign-in
}

// A shut phone: the worker whose turn it is, and all who have a vault on it.
export interface LockedWorker {
  key: string
  name: string
  login: string
  city: string
  isDemo: boolean
  unsent: number
  passkeys: { credential: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer> }[]
  canRecord: boolean // *registrar sem entrar*
}
export interface Lock { key: string; workers: LockedWorker[] }
export interface CodeWanted { key: string; name: string; why: 'first' | 'forgotten' | 'change' }

export interface Shift {
  shift_id: string
  team_id: string
  companion_ids: string[]
  reference_unit_id: string
  started_at: string
  command_id: string
  // Absent: opened by an older version.
  region_id?: string | null
  paused_at?: string | null
}

// held → queued → sending → delivered, or needs_you. withdrawn: given up or taken back. remote: came by pull, made elsewhere.
export type SendState = 'held' | 'queued' | 'sending' | 'delivered' | 'needs_you' | 'withdrawn'

interface RecordCommon {
  id: string
  occurred_at: string
  state: SendState | 'remote'
  status: RecordStatus
  command_id: string | null
  held_until: number | null // ms; while it lies ahead, undo() works
  receipt: string | null
  delivered_at: string | null
  problem: ProblemView | null
  place_label: string | null
  replaces_id: string | null
  mine: boolean
}
export interface LocalEncounter extends RecordCommon { type: 'encounter'; body: EncounterBody | null; remote: PulledEncounter | null; join: { id: string; kept_id: string } | null }
export interface LocalHomeVisit extends RecordCommon { type: 'home_visit'; body: HomeVisitBody | null; remote: PulledHomeVisit | null }
export type LocalRecord = LocalEncounter | LocalHomeVisit

// What only the server tells of a referral; of one that it has not told of yet, nothing.
export type ReferralNews = Pick<PulledReferral,
  | 'decided_at' | 'decline_reason' | 'decline_text' | 'proposed_unit_id' | 'arrived_at' | 'vehicle_sent_at' | 'hold' | 'held_until' | 'arrive_by'
  | 'appointment_at' | 'appointment_note' | 'answer' | 'answer_text' | 'ended_at' | 'redirected_to_id'>
export interface LocalReferral extends ReferralNews, Pick<PulledReferral, 'purpose' | 'travel' | 'vehicle_asked' | 'trip_id' | 'redirected_from_id' | 'people'> {
  id: string
  code: string
  unit_id: string
  unit_name: string | null
  encounter_id: string | null
  visit_id: string | null
  called: string | null
  people_count: number
  occurred_at: string
  state: SendState | 'remote' // has the message left the phone
  status: ReferralStatus // what the shelter answered; 'sent' until it is known
  next: { unit_id: string; name: string | null; free_places: number | null; free_noted_at: string | null } | null // where there was room when this had none
  why?: HoldTold['why'] // why no place was kept, where it wasn't for lack of one
  stop: number | null // of the trip, in order; null where the phone does not know it
  unsent: boolean // something that was said of it here has not reached the server
  command_id: string | null
  receipt: string | null
  delivered_at: string | null
  problem: ProblemView | null
  body: ReferralBody | null
  asked: AskedOf // also of a colleague's, where the server tells it
}
/** What was asked of a unit besides the place, to be asked of the next one as well. */
export type AskedOf = Pick<ReferralBody, 'profile' | 'with_children' | 'with_animals' | 'with_cart' | 'is_urgent' | 'reasons'>

export interface OutboxItem {
  command_id: string
  record_id: string | null // the encounter, visit, referral or shift that it speaks of
  name: CommandName
  what: { key: string; values: Record<string, string | number | null> } // key is a msgid; values fill it
  occurred_at: string
  created_at: string
  state: SendState
  urgent: boolean
  tries: number
  last_try_at: string | null
  next_try_at: string | null
  problem: ProblemView | null // title is a Portuguese sentence (from the server, or a msgid of our own)
  receipt: string | null
  delivered_at: string | null
}

export interface SyncState {
  phase: 'idle' | 'running' | 'no_answer' | 'signed_out' | 'error'
  lastSuccessAt: string | null
  pulled: { done: number; bytes: number } | null // first download in progress
}
export interface StorageState {
  persisted: boolean | null
  usage: number | null
  quota: number | null
  low: boolean
  vanished: boolean // this phone held a database for this worker, and it is gone
  vanishedUnsent: number // what the marker said was still unsent in it
}

export type SaveFailReason = 'quota' | 'aborted' | 'no_database'
export class SaveFailed extends Error {
  constructor(readonly reason: SaveFailReason, readonly detail?: unknown) {
    super(`save failed: ${reason}`)
    this.name = 'SaveFailed'
  }
}

/** A full disk takes no mark, but what it holds must still go, and its worker must still come in. */
export function unlessFull(error: unknown): void {
  if (!(error instanceof SaveFailed) || error.reason !== 'quota') throw error
}
