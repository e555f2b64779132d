// What the server tells the phone: GET /api/v1/sync/pull. Bodies are already narrowed to what this worker may see now.
import type { AgeBand, CalledKind, DeclineReason, EncounterOutcome, Sex, Situation, VisitResult } from './terms'

export interface Team { id: string; name: string; kind: 'street' | 'pim'; reference_unit_id: string; region_ids: string[]; members: { id: string; name: string }[] }
export interface Me {
  worker: { id: string; name: string; login: string }
  roles: string[]
  teams: Team[]
  municipality: { id: number; name: string; timezone: string; is_demo: boolean; sync_epoch: number }
  seal_key: { kid: string; public: string } | null
  settings: { caseload_days: number; late_limit_hours: number; free_figure_minutes: number }
}
export interface Unit {
  id: string; name: string; kind: string; phone: string | null; address: string | null; lon: number | null; lat: number | null
  region_id: string | null; receives: string[]; hours_text: string | null; takes_referrals: boolean
  free_places: number | null; free_noted_at: string | null
}
export interface MultiPolygon { type: 'MultiPolygon'; coordinates: number[][][][] }
export interface Region { id: string; name: string; outline: MultiPolygon }
export interface Point { id: string; name: string; kind: string; region_id: string | null; lon: number; lat: number }
export interface HouseholdMember { id: string; called: string; kind: 'child' | 'pregnant' | 'adult'; birth_on: string | null }
export interface Household {
  id: string; called: string; region_id: string | null; address_hint: string | null; members: HouseholdMember[]
  last_visit_on: string | null; next_visit_on: string | null
}
export interface Person { id: string; called: string; called_kind: CalledKind; age_band: AgeBand | null; region_id: string | null; last_met_at: string }
export type RecordStatus = 'valid' | 'corrected' | 'withdrawn'
export interface PulledEncounter {
  id: string; team_id: string; worker_id: string; worker_name: string; occurred_at: string
  situation: Situation | null; outcome: EncounterOutcome | null
  people: { participation_id: string; age_band: AgeBand | null; sex: Sex | null; called: string | null }[]
  region_id: string | null; place_label: string | null; status: RecordStatus; replaces_id: string | null
  receipt: string | null; time_uncertain: boolean; late: boolean
}
export interface PulledHomeVisit {
  id: string; household_id: string | null; called: string | null; result: VisitResult; occurred_at: string
  status: RecordStatus; receipt: string | null; next_on: string | null; replaces_id?: string | null
}
export type ReferralStatus = 'sent' | 'accepted' | 'declined' | 'arrived' | 'not_arrived' | 'revoked'
export interface PulledReferral {
  id: string; code: string; unit_id: string; unit_name: string; status: ReferralStatus; called: string | null; people_count: number
  sent_at: string; decided_at: string | null; decline_reason: DeclineReason | null; proposed_unit_id: string | null; arrived_at: string | null
  encounter_id: string | null; visit_id: string | null
}

export interface PulledBodies {
  me: Me; unit: Unit; region: Region; point: Point; household: Household; person: Person
  encounter: PulledEncounter; home_visit: PulledHomeVisit; referral: PulledReferral
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
}
