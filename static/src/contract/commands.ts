// What the phone may ask of the server: POST /api/v1/sync/push. Same shapes as the server's schemas.
import type {
  AgeBand, CalledKind, EncounterOutcome, Need, NoPlaceReason, Origin, PlaceSource, Sex, Situation, VisitPresent, VisitResult, WithdrawReason,
} from './terms'

export interface Place {
  source: PlaceSource
  lon: number | null
  lat: number | null
  accuracy_m: number | null
  point_id: string | null
  text: string | null
  reason: NoPlaceReason | null
  fixed_at: string | null
}

export interface Participation { participation_id: string; age_band: AgeBand | null; sex: Sex | null }

export interface EncounterBody {
  encounter_id: string
  shift_id: string | null
  team_id: string
  reference_unit_id: string
  situation: Situation | null
  outcome: EncounterOutcome | null
  origin: Origin | null
  people_count: number
  people: Participation[]
  place: Place
  late: boolean
  recorded_at: string
  note: string | null
}
export interface EncounterCorrection extends EncounterBody { replaces_id: string; reason_text: string | null }
export interface EncounterCompletion {
  encounter_id: string
  addition_id: string
  note: string | null
  needs: Need[]
  outcome: EncounterOutcome | null
  names: { participation_id: string; person_id: string; called: string; called_kind: CalledKind }[]
}

export interface HomeVisitBody {
  visit_id: string
  household_id: string | null
  called: string | null
  team_id: string | null
  result: VisitResult
  present: VisitPresent[]
  member_ids: string[]
  place: Place
  late: boolean
  recorded_at: string
  note: string | null
  next_on: string | null
}
export interface HomeVisitCorrection extends HomeVisitBody { replaces_id: string }

export interface ReferralBody {
  referral_id: string
  code: string
  unit_id: string
  encounter_id: string | null
  visit_id: string | null
  called: string | null
  people_count: number
  with_children: boolean
  with_animals: boolean
  person_accepted: true
  note: string | null
}

export interface ShiftBody { shift_id: string; team_id: string; reference_unit_id: string; companion_ids: string[] }

export interface Bodies {
  'shifts.start': ShiftBody
  'shifts.end': { shift_id: string }
  'encounters.record': EncounterBody
  'encounters.complete': EncounterCompletion
  'encounters.correct': EncounterCorrection
  'encounters.withdraw': { encounter_id: string; reason: WithdrawReason }
  'home_visits.record': HomeVisitBody
  'home_visits.correct': HomeVisitCorrection
  'home_visits.withdraw': { visit_id: string; reason: WithdrawReason }
  'referrals.send': ReferralBody
  'referrals.revoke': { referral_id: string; reason_text: string | null }
  'sync.withdraw': { command_id: string }
}
export type CommandName = keyof Bodies

export interface OpenCommand<N extends CommandName = CommandName> {
  id: string
  name: N
  version: number
  occurred_at: string
  after: string[]
  replaces: string | null
  body: Bodies[N]
}
// All of it but the id in an envelope to the municipality's key.
export interface SealedCommand { id: string; sealed: string }
// An older form, still accepted: the body alone in the envelope.
export type BodySealed = Omit<OpenCommand, 'body'> & { sealed: string }
export type Command = OpenCommand | SealedCommand | BodySealed

// waiting: how many unsent commands of this worker stay on the phone after this push.
export interface PushEnvelope { device_id: string; sent_at: string; waiting: number; commands: Command[] }

export interface ProblemView { code: string; title: string; fields: Record<string, unknown> }

export const OUTCOME_STATUSES = ['done', 'repeated', 'conflict', 'refused', 'waiting', 'withdrawn'] as const
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number]
export interface Outcome { id: string; status: OutcomeStatus; receipt: string | null; problem: ProblemView | null }

export const MAX_COMMANDS = 200
export const MAX_BYTES = 1024 * 1024
