// A family as its visitor or its team knows it: opened, changed by one event at a time. Offline like all else.
import type { Bodies, HouseholdChange, MemberBody } from '../contract/commands'
import { newId } from '../contract/ids'
import type { HouseholdMember } from '../contract/pull'
import { dayOf } from '../rules/days'
import { checkFamily, checkMember, type FamilyDraft, type MemberDraft } from '../rules/family'
import { DraftRefused, type FieldProblems } from '../rules/problems'
import { HOLD_MS, isHeld } from '../store/held'
import { plan, save, unsave } from '../store/outbox'
import type { NewCommand } from '../store/rows'
import { households, me, shift } from '../store/state'
import { behind, behindPeople } from './behind'

const refuse = (problems: FieldProblems): void => {
  if (Object.keys(problems).length) throw new DraftRefused(problems)
}

function bodyOf(draft: MemberDraft, now: number): MemberBody {
  refuse(checkMember(draft, dayOf(now)))
  const { kind, birth_on, due_on, is_responsible, person_id } = draft
  return {
    member_id: draft.member_id ?? newId(now), called: draft.called.trim(), kind: kind!, birth_on: birth_on || null,
    due_on: kind === 'pregnant' ? due_on || null : null, is_responsible, person_id,
  }
}

export async function openFamily(draft: FamilyDraft): Promise<string> {
  const now = Date.now()
  refuse(checkFamily(draft))
  const household_id = newId(now)
  const body: Bodies['people.open_household'] = {
    household_id, called: draft.called.trim(), region_id: draft.region_id, address_hint: draft.address_hint.trim() || null,
    team_id: shift.value?.team_id ?? me.value?.teams[0]?.id ?? null, members: draft.members.map((member) => bodyOf(member, now)),
  }
  const after = behindPeople(body.members)
  await save({ commands: [plan({ name: 'people.open_household', body, record_id: household_id, after, now })] })
  return household_id
}

export type Event =
  | { kind: 'corrected'; called: string }
  | { kind: 'moved'; address_hint: string; region_id: string | null }
  | { kind: 'member_came' | 'member_changed'; member: MemberDraft }
  | { kind: 'member_left'; member_ids: string[]; reason: string | null }
  | { kind: 'divided'; member_ids: string[]; called: string; address_hint: string; region_id: string | null }
  | { kind: 'joined'; other_id: string }
  | { kind: 'closed'; reason: string | null }

const NOTHING = { called: null, region_id: null, address_hint: null, member: null, member_ids: [], other_id: null, reason: null }

// Who she was thought to be: a null alone says only that this phone doesn't know.
function noLonger(household_id: string, { member_id, person_id }: MemberDraft): { not_person_id?: string } {
  const was = households.value.find((home) => home.id === household_id)?.members.find((member) => member.id === member_id)?.person_id
  return was && was !== person_id ? { not_person_id: was } : {}
}

function changing(household_id: string, event: Event, now: number): Omit<HouseholdChange, 'event_id'> {
  const base = { ...NOTHING, household_id, kind: event.kind }
  switch (event.kind) {
    case 'corrected':
      refuse(checkFamily({ called: event.called, region_id: null, address_hint: '', members: [] }))
      return { ...base, called: event.called.trim() }
    case 'moved':
      refuse(checkFamily({ called: '-', region_id: null, address_hint: event.address_hint, members: [] }))
      // '' where nobody knows where to: null would leave the old address beside the new region.
      return { ...base, address_hint: event.address_hint.trim(), region_id: event.region_id }
    case 'member_came': case 'member_changed': return { ...base, member: { ...bodyOf(event.member, now), ...noLonger(household_id, event.member) } }
    case 'member_left': return { ...base, member_ids: event.member_ids, reason: event.reason }
    case 'divided':
      refuse(checkFamily({ called: event.called, region_id: null, address_hint: event.address_hint, members: [] }))
      return { ...base, member_ids: event.member_ids, called: event.called.trim(), address_hint: event.address_hint.trim() || null, region_id: event.region_id, other_id: newId(now) }
    case 'joined': return { ...base, other_id: event.other_id }
    case 'closed': return { ...base, reason: event.reason }
  }
}

function planned(household_id: string, event: Event, now: number, also: string[] = []): NewCommand {
  const body = { ...changing(household_id, event, now), event_id: newId(now) }
  const after = [...behind({ household_id }, true), ...behind({ person_id: body.member?.person_id ?? null }), ...(event.kind === 'joined' ? behind({ household_id: event.other_id }, true) : []), ...also]
  return plan({ name: 'people.change_household', body, record_id: household_id, after: [...new Set(after)], hold_ms: HOLD_MS, now })
}

export interface Changed { undo: () => Promise<boolean>; other_id: string | null }

export async function changeFamily(household_id: string, event: Event): Promise<Changed> {
  const command = planned(household_id, event, Date.now())
  await save({ commands: [command] })
  return { undo: () => unsave(command.id, (row) => isHeld(row, Date.now())), other_id: (command.body as HouseholdChange).other_id }
}

/** A birth: the gestante goes on as an adult, the child comes. */
export async function noteBirth(household_id: string, mother: HouseholdMember, child: MemberDraft): Promise<Changed> {
  const now = Date.now()
  const { id, ...known } = mother
  const came = planned(household_id, { kind: 'member_came', member: child }, now)
  const changed = planned(household_id, { kind: 'member_changed', member: { ...known, member_id: id, kind: 'adult', due_on: null } }, now, [came.id])
  await save({ commands: [came, changed] })
  return { undo: () => unsave([came.id, changed.id], (row) => isHeld(row, Date.now())), other_id: null }
}
