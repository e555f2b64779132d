// What the server tells the phone: GET /api/v1/sync/pull. Bodies are already narrowed to what this worker may see now.
import type { HoldTold } from './commands'
import type { FlagRules, Recipient } from './protection'
import type { PulledRequest } from './requests'
import type { DayPeriod, MissReason, PointCondition, StopState } from './routes'
import type { AgeBand, CalledKind, Certainty, DeclineReason, EncounterOutcome, MemberKind, Receives, ReferralAnswer, ReferralPurpose, ReferralReason, Sex, Situation, TaskResult, ToldSource,
  Travel, VisitResult } from './terms'

export interface Team { id: string; name: string; kind: 'street' | 'pim'; reference_unit_id: string; region_ids: string[]; members: { id: string; name: string }[] }
// Published shifts of this worker that are not over, the next one first.
export interface PlannedShift {
  id: string; team_id: string; starts_at: string; ends_at: string; region_ids: string[]; vehicle: string | null; note: string | null; with_names: string[]
}
// A night of a route (roteiro) of a team of hers: begun, or of the next days. state of a stop: what is known of it by now, whoever said it.
export interface RouteStop { point_id: string; state: StopState | null; at: string | null; reason: MissReason | null }
export interface RouteNight {
  id: string; team_id: string; name: string; note: string | null; on_date: string; starts_at: string; ends_at: string; stops: RouteStop[]
}
// An operation (frio, chuva, calor). items: what is counted when it is handed out, in the worker's language.
export interface Operation {
  id: string; kind: string; name: string; trigger: string; started_at: string; ends_at: string; opens: string; closes: string
  items: { code: string; name: string }[]; team_ids: string[]; extra_places: number
}
export interface Me {
  worker: { id: string; name: string; login: string }
  roles: string[]
  teams: Team[]
  municipality: { id: number; name: string; timezone: string; is_demo: boolean; sync_epoch: number }
  seal_key: { kid: string; public: string } | null
  settings: { caseload_days: number; late_limit_hours: number; free_figure_minutes: number; ombudsman?: string | null; point_stale_days?: number }
  planned?: PlannedShift[]
  routes?: RouteNight[]
  operation?: Operation | null // what runs in the city now; a server of before says nothing
  holidays?: string[] // dates of the city, of this month and the next ones
}
export interface Unit {
  id: string; name: string; kind: string; phone: string | null; address: string | null; lon: number | null; lat: number | null
  region_id: string | null; receives: string[]; hours_text: string | null; takes_referrals: boolean
  free_places: number | null; free_noted_at: string | null
  organization: string | null; email: string | null; services: string[]; entry_conditions: string[]
  has_desk: boolean; is_outside: boolean; place_rule: 'none' | 'capacity' | 'beds'
  figure_minutes: number; hold_minutes: number // after the first the figure is "não confirmado"
  // Free by who it is for ({men: 2}), only of units with beds; promised: how many are kept for people on the way.
  free_for: Record<string, number> | null; promised: number | null; unconfirmed: number | null
  hours: UnitHours
}
// weekday 0: Monday. closes at or before opens: on the next day. An exception stands in place of the week's hours.
export interface Span { weekday: number; opens: string; closes: string }
export interface UnitHours {
  open: Span[]; admission: Span[]; holiday_rule: 'as_usual' | 'closed'
  exceptions: { kind: 'open' | 'admission'; from_on: string; to_on: string; opens: string | null; closes: string | null; reason: string | null }[]
}
export interface MultiPolygon { type: 'MultiPolygon'; coordinates: number[][][][] }
export interface Region { id: string; name: string; outline: MultiPolygon }
// frequency_days: how often a team should come; last_visit_on: within 90 days; peaks: when people are there. A server of before says less.
export interface Point {
  id: string; name: string; kind: string; region_id: string | null; lon: number; lat: number
  frequency_days?: number | null; last_visit_on?: string | null; peaks?: DayPeriod[]; conditions?: PointCondition[]
}
export interface HouseholdMember {
  id: string; called: string; kind: MemberKind; birth_on: string | null; due_on: string | null; is_responsible: boolean; person_id: string | null
}
export interface Household {
  id: string; called: string; region_id: string | null; address_hint: string | null; members: HouseholdMember[]
  last_visit_on: string | null; next_visit_on: string | null
}
// What the caseload holds of a person. `also`: ids that were found to be her (merged); `told`: what the ficha lets phones
// hold, by field; `asked`: fields answered already, without their answers.
export interface Person {
  id: string; also: string[]; called: string; called_kind: CalledKind
  names: { id: string; kind: CalledKind; value: string; source: ToldSource; certainty: 'sure' | 'unsure' }[]
  age_band: AgeBand | null; age: number | null; age_estimated: boolean; sex: Sex | null
  region_id: string | null; near: string | null; first_met_at: string; last_met_at: string
  contacts: { id: string; at: string; kind: 'encounter' | 'home_visit'; outcome: string | null; near: string | null; by: string | null }[]
  told: Record<string, unknown>; asked: string[]; follows: string[]; restricted: boolean
  suspended?: { unit_id: string; until_on: string }[] // units that don't receive her until then; never why
}
export interface Task {
  id: string; team_id: string | null; person_id: string | null; household_id: string | null; called: string | null
  what: string; due_on: string; due_time: string | null; place_text: string | null; point_id: string | null
  assignee_id: string | null; author_name: string; status: 'open' | TaskResult; closed_at: string | null
  handed_from?: string | null // the team that had it before (a server of before does not say)
}
// The ficha as this city asks it: groups of fields with their lists, in the worker's language.
export interface FichaField {
  id: string; label: string; kind: 'choice' | 'many' | 'yes_no' | 'number' | 'date' | 'text' | 'months' | 'document'
  purpose: string; sensitive: boolean; changes: boolean; self_declared: boolean; on_phone: boolean
  least?: number | null; most?: number | null // of a number
  options: { code: string; label: string }[]
}
export interface Ficha { groups: { id: string; label: string; fields: FichaField[] }[] }
// joined: the same meeting as another record, and counted there.
export type RecordStatus = 'valid' | 'corrected' | 'withdrawn' | 'joined'
export interface PulledEncounter {
  id: string; team_id: string; worker_id: string; worker_name: string; occurred_at: string
  situation: Situation | null; outcome: EncounterOutcome | null
  people: { participation_id: string; age_band: AgeBand | null; sex: Sex | null; called: string | null; person_id: string | null; certainty: Certainty }[]
  region_id: string | null; place_label: string | null; status: RecordStatus; replaces_id: string | null
  receipt: string | null; time_uncertain: boolean; late: boolean
  likely_same: string[] // records of a teammate that may be this very meeting
  join: { id: string; kept_id: string } | null // that it was joined to another, and how to undo it
}
export interface PulledHomeVisit {
  id: string; household_id: string | null; called: string | null; result: VisitResult; occurred_at: string
  status: RecordStatus; receipt: string | null; next_on: string | null; replaces_id?: string | null
}
export type ReferralStatus =
  | 'sent' | 'held' | 'accepted' | 'declined' | 'on_the_way' | 'arrived' | 'not_arrived' | 'in_service' | 'ended' | 'revoked' | 'redirected'
export interface PulledReferral {
  id: string; code: string; unit_id: string; unit_name: string; status: ReferralStatus; called: string | null; people_count: number
  sent_at: string; decided_at: string | null; decline_reason: DeclineReason | null; proposed_unit_id: string | null; arrived_at: string | null
  encounter_id: string | null; visit_id: string | null
  purpose: ReferralPurpose; travel: Travel | null; vehicle_asked: boolean; vehicle_sent_at: string | null; trip_id: string | null
  hold: HoldTold['hold'] | null; held_until: string | null; arrive_by: string | null; next_unit_id: string | null
  appointment_at: string | null; appointment_note: string | null
  decline_text: string | null; answer: ReferralAnswer | null; answer_text: string | null; ended_at: string | null
  redirected_from_id: string | null; redirected_to_id: string | null
  people: { participation_id: string | null; person_id: string | null; called: string | null }[]
  // A server of before does not say them.
  trip_order?: number | null
  profile?: Receives[]; with_children?: boolean; with_animals?: boolean; with_cart?: boolean; is_urgent?: boolean; reasons?: ReferralReason[]
}

// The worker's own, of the last days: what became of it, whoever closed it.
export interface PulledShift {
  id: string; team_id: string; region_id: string | null; started_at: string; paused_at: string | null
  ended_at: string | null; end_kind: 'worker' | 'rule' | 'next_shift' | null
}

export interface PulledBodies {
  me: Me; unit: Unit; region: Region; point: Point; household: Household; person: Person; task: Task; ficha: Ficha
  encounter: PulledEncounter; home_visit: PulledHomeVisit; referral: PulledReferral
  recipient: Recipient; flag_rules: FlagRules; shift: PulledShift; request: PulledRequest
}
export type PulledType = keyof PulledBodies

export interface PullPage {
  changes: { type: string; id: string; version: string; body: unknown }[]
  forget: { type: string; id: string }[]
  keep: boolean
  reset: boolean
  cursor: string
  has_more: boolean
  server_time: string
  seen?: number // with this page all is listed that was delivered with a mark up to this (absent: an older server)
}
