// What the phone may ask of the server: POST /api/v1/sync/push. Same shapes as the server's schemas.
import type {
  AgeBand, CalledKind, Certainty, EncounterOutcome, MemberKind, Need, NoPlaceReason, OfferAnswer, Origin, PlaceSource, Receives, ReferralPurpose, ReferralReason, Sex, Situation,
  TaskResult, ToldSource, Travel, VisitPresent, VisitResult, WithdrawReason,
} from './terms'
import type { RequestOutcome } from './requests'
import type { MissReason } from './routes'
import type { FlagBody, FlagCallBody, FlagComplementBody, FlagMistakeBody } from './protection'

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

// person_id: somebody known already. certainty 'possible': may be that person; counts as unknown until somebody is sure.
export interface Participation { participation_id: string; age_band: AgeBand | null; sex: Sex | null; person_id?: string | null; certainty?: Certainty }

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
  request_id?: string | null // the request (solicitação) because of which the team was there
  // Of the six-field form of an operation: the answer to a night under a roof, and {thing: how many} handed out.
  shelter?: { answer: OfferAnswer; reason: string | null } | null
  handed_out?: Record<string, number>
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
  // From version 2 on.
  purpose: ReferralPurpose
  reasons: ReferralReason[]
  is_urgent: boolean
  profile: Receives[] // as the person says of herself, and what she brings
  with_cart: boolean
  belongings: string | null
  travel: Travel | null
  vehicle_asked: boolean
  people: { participation_id: string | null; person_id: string | null; called: string | null }[] // for whom of a group; empty: not told
  redirects_id: string | null // the referral that this one takes on: declined, full, or not arrived
  trip_id: string | null
  slip: boolean // a signed slip was made on this device
}
// What the team tells of a unit without a desk, that answers by phone or on paper; and of its own people's arrival there.
export interface TellAnswerBody {
  referral_id: string; status: 'accepted' | 'declined' | 'arrived' | 'not_arrived' | 'ended'
  reason: string | null; text: string | null; who: string | null // who said so, at the unit
}
export interface TripBody { trip_id: string; travel: Travel; vehicle_asked: boolean; note: string | null; referral_ids: string[] }

// One thing said of a person. field: 'name.nickname', 'document.cpf' or a field of the ficha; value as the ficha says.
export interface Told { told_id: string; field: string; value: unknown; source: ToldSource; certainty: 'sure' | 'unsure' }
export interface RegisterBody {
  person_id: string; called: string; called_kind: CalledKind; age_band: AgeBand | null; sex: Sex | null; region_id: string | null
}
export interface TellBody { person_id: string; told: Told[] }
export interface TakeBackBody { person_id: string; told_id: string; reason: 'wrong_person' | 'by_mistake' | 'person_asked' | 'other'; reason_text: string | null }
export interface LinkBody { encounter_id: string; links: { participation_id: string; person_id: string; certainty: Certainty }[] }
export interface UnlinkBody { encounter_id: string; participation_id: string; reason: 'wrong_person' | 'by_mistake' | 'other' }
export interface OfferBody {
  encounter_id: string
  offers: { offer_id: string; participation_id: string | null; kind: Need; answer: OfferAnswer; reason: string | null }[]
}
export interface JoinBody { join_id: string; kept_id: string; joined_id: string }
export interface TaskBody {
  task_id: string; team_id: string | null; person_id: string | null; household_id: string | null; encounter_id: string | null
  what: string; due_on: string; due_time: string | null; place_text: string | null; point_id: string | null; assignee_id: string | null
}
export interface TaskCloseBody { task_id: string; result: TaskResult; text: string | null }
export interface RequestCloseBody { request_id: string; outcome: RequestOutcome; offers: Need[] }
export interface MemberBody {
  member_id: string; called: string; kind: MemberKind; birth_on: string | null; due_on: string | null; is_responsible: boolean; person_id: string | null
  not_person_id?: string | null // "Não é": ends the link to that person, and no other
}
export interface HouseholdBody {
  household_id: string; called: string; team_id: string | null; region_id: string | null; address_hint: string | null; members: MemberBody[]
}
// One change of a family at a time; what is null stays as it is.
export interface HouseholdChange {
  household_id: string
  event_id: string
  kind: 'corrected' | 'moved' | 'member_came' | 'member_changed' | 'member_left' | 'divided' | 'joined' | 'closed'
  called: string | null; region_id: string | null; address_hint: string | null
  member: MemberBody | null // came or changed
  member_ids: string[] // who left; who goes along when divided
  other_id: string | null // the new family of a division (its id is made here); the family that is joined to this one
  reason: string | null
}

export interface ShiftBody {
  shift_id: string; team_id: string; reference_unit_id: string; companion_ids: string[]
  // From version 2 on. place: what the phone had read at the tap; the server keeps a coarse cell of it.
  region_id: string | null; place: Place | null; planned_shift_id: string | null
}
export interface ShiftEndBody { shift_id: string; place: Place | null; late: boolean } // version 2
export interface ShiftMoment { event_id: string; shift_id: string }
export interface PassByBody { mark_id: string; shift_id: string | null; team_id: string; region_id: string | null; place: Place }
export interface VisitPointBody { mark_id: string; shift_id: string | null; team_id: string; point_id: string; people_count: number | null }
export interface MissStopBody { miss_id: string; route_id: string; point_id: string; on_date: string; reason: MissReason }

export interface Bodies {
  'shifts.start': ShiftBody
  'shifts.enter_region': ShiftMoment & { region_id: string }
  'shifts.pause': ShiftMoment
  'shifts.resume': ShiftMoment
  'shifts.pass_by': PassByBody
  'shifts.visit_point': VisitPointBody
  'shifts.miss_stop': MissStopBody
  'shifts.end': ShiftEndBody
  'encounters.record': EncounterBody
  'encounters.complete': EncounterCompletion
  'encounters.correct': EncounterCorrection
  'encounters.withdraw': { encounter_id: string; reason: WithdrawReason }
  'home_visits.record': HomeVisitBody
  'home_visits.correct': HomeVisitCorrection
  'home_visits.withdraw': { visit_id: string; reason: WithdrawReason }
  'referrals.send': ReferralBody
  'referrals.set_out': { referral_id: string; travel: Travel | null }
  'referrals.tell_answer': TellAnswerBody
  'referrals.plan_trip': TripBody
  'referrals.revoke': { referral_id: string; reason_text: string | null }
  'encounters.link': LinkBody
  'encounters.unlink': UnlinkBody
  'encounters.offer': OfferBody
  'encounters.join': JoinBody
  'encounters.unjoin': { join_id: string }
  'people.register': RegisterBody
  'people.tell': TellBody
  'people.take_back': TakeBackBody
  'people.open_household': HouseholdBody
  'people.change_household': HouseholdChange
  'tasks.agree': TaskBody
  'tasks.close': TaskCloseBody
  'outreach_requests.set_out': { request_id: string }
  'outreach_requests.arrive': { request_id: string }
  'outreach_requests.close': RequestCloseBody
  'protection.raise': FlagBody
  'protection.complement': FlagComplementBody
  'protection.tell_call': FlagCallBody
  'protection.say_mistake': FlagMistakeBody
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
// slip_key: public half of the key with which this phone signs slips (P-256, raw, base64url), when the server lacks it.
export interface PushEnvelope { device_id: string; sent_at: string; waiting: number; commands: Command[]; slip_key?: string }

// What became of an asked place, told in the same push: granted until when; or taken, with the next that has room.
export interface HoldTold {
  hold: 'granted' | 'taken' | 'unconfirmed' | 'no_beds'; held_until: string | null
  next: { unit_id: string; name: string; free_places: number; free_noted_at: string } | null
  why?: 'profile' | 'suspended' // taken, and not for lack of a place
}

export interface ProblemView { code: string; title: string; fields: Record<string, unknown> }

export const OUTCOME_STATUSES = ['done', 'repeated', 'conflict', 'refused', 'waiting', 'withdrawn'] as const
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number]
export interface Outcome { id: string; status: OutcomeStatus; receipt: string | null; problem: ProblemView | null; told?: HoldTold | null }

export const MAX_COMMANDS = 200
export const MAX_BYTES = 1024 * 1024
