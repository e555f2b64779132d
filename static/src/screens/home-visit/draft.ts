/** A home visit while it is being written. Its place is asked of nobody: a family's home is not a point to collect. */
import type { VisitPresent, VisitResult } from '../../contract/terms'
import { MAX_NOTE } from '../../rules/encounter'
import { MAX_CALLED, type HomeVisitDraft as VisitInput } from '../../rules/home-visit'
import { placeBody, type PlaceChoice, type PositionReading } from '../place/place'

export interface VisitDraft {
  started_at: string
  household_id: string | null
  /** The name of the team's choice, for a family that is not on the list. */
  called: string
  result: VisitResult | null
  present: VisitPresent[]
  member_ids: string[]
  late_at: string | null
  place: PlaceChoice
  note: string
  next_on: string | null
  corrects: { visit_id: string; occurred_at: string; original: VisitInput } | null
}

export const NO_PLACE: PlaceChoice = { kind: 'none', reason: 'other' }

export function newVisit(now: number, householdId: string | null = null): VisitDraft {
  return {
    started_at: new Date(now).toISOString(), household_id: householdId, called: '', result: null, present: [], member_ids: [], late_at: null,
    place: NO_PLACE, note: '', next_on: null, corrects: null,
  }
}

/** Who was present is a question only where the door was opened. */
export function asksPresent(result: VisitResult | null): boolean {
  return result === 'done' || result === 'refused'
}

export function changeVisit(draft: VisitDraft, changed: Partial<VisitDraft>): VisitDraft {
  const next = { ...draft, ...changed }
  if (changed.household_id !== undefined && changed.household_id !== draft.household_id) next.member_ids = []
  if (changed.note !== undefined) next.note = changed.note.slice(0, MAX_NOTE)
  if (changed.called !== undefined) next.called = changed.called.slice(0, MAX_CALLED)
  return next
}

export function hasFamily(draft: VisitDraft): boolean {
  return draft.household_id !== null || draft.called.trim() !== ''
}

export function isVisitTouched(draft: VisitDraft): boolean {
  return draft.result !== null || draft.note !== '' || draft.next_on !== null || draft.late_at !== null || draft.present.length > 0
    || draft.member_ids.length > 0 || draft.place.kind !== 'none' || draft.called !== ''
}

export function visitInput(draft: VisitDraft, reading: PositionReading, now: number): VisitInput {
  const { corrects } = draft
  const late_at = draft.late_at ?? corrects?.original.late_at ?? null
  const asked = asksPresent(draft.result)
  return {
    ...corrects?.original,
    household_id: draft.household_id,
    called: draft.household_id === null ? draft.called.trim() || null : null,
    result: draft.result,
    present: asked ? draft.present : [],
    member_ids: asked && draft.household_id !== null ? draft.member_ids : [],
    place: placeBody(draft.place, reading, late_at !== null, now),
    late_at,
    note: draft.note.trim() || null,
    next_on: draft.next_on,
  }
}

export function visitDraftOf(visit_id: string, occurred_at: string, original: VisitInput): VisitDraft {
  return {
    ...newVisit(Date.parse(occurred_at), original.household_id),
    called: original.called ?? '', result: original.result, present: original.present, member_ids: original.member_ids,
    place: { kind: 'kept', place: original.place }, note: original.note ?? '', next_on: original.next_on,
    corrects: { visit_id, occurred_at, original },
  }
}

/** A day of the phone's own calendar, not of UTC: at 22:00 in Natal it is already tomorrow there. */
export function dayAfter(days: number, now: number): string {
  const day = new Date(now)
  day.setDate(day.getDate() + days)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
