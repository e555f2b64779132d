// An encounter is recorded. Nothing here waits for the network or for the GPS.
import { mark } from '../contract/words'
import type { EncounterBody } from '../contract/commands'
import { instant, newId } from '../contract/ids'
import { checkEncounter, type EncounterDraft } from '../rules/encounter'
import { DraftRefused, type FieldProblems } from '../rules/problems'
import type { ReferralDraft } from '../rules/referral'
import { plan, save } from '../store/outbox'
import { me, shift } from '../store/state'
import type { RecordRow } from '../store/rows'
import { behindPeople } from './behind'
import { followFix, holdFor, wantsFix } from './follow-fix'
import { amendPlace } from './hold'
import { afterShift } from './after-shift'

export const refuse = (problems: FieldProblems): void => {
  if (Object.keys(problems).length) throw new DraftRefused(problems)
}

// Who was not looked at closely is "não observado": one participation each, with nothing known.
export function bodyOf(draft: EncounterDraft, id: string, now: number, ground: { shift_id: string | null; team_id: string; reference_unit_id: string }): EncounterBody {
  const people = Array.from({ length: draft.people_count }, (_, at) => {
    const known = draft.people[at]
    const who = known?.person_id ? { person_id: known.person_id, certainty: known.certainty ?? ('sure' as const) } : {}
    return { participation_id: known?.participation_id ?? newId(now), age_band: known?.age_band ?? null, sex: known?.sex ?? null, ...who }
  })
  return {
    encounter_id: id, ...ground, situation: draft.situation, outcome: draft.outcome, origin: draft.origin,
    people_count: draft.people_count, people, place: draft.place, late: draft.late_at !== null,
    recorded_at: instant(now), note: draft.note?.trim() || null,
    ...(draft.request_id ? { request_id: draft.request_id } : {}), ...draft.more,
  }
}

export function groundOf(draft: EncounterDraft): { shift_id: string | null; team_id: string; reference_unit_id: string } {
  const open = shift.value
  const team = me.value?.teams.find((each) => each.id === draft.team_id) ?? (open ? undefined : me.value?.teams[0])
  const team_id = draft.team_id ?? open?.team_id ?? team?.id
  const reference_unit_id = draft.reference_unit_id ?? open?.reference_unit_id ?? team?.reference_unit_id
  if (!team_id || !reference_unit_id) throw new DraftRefused({ team_id: mark('Abra o turno antes de registrar.') })
  return { shift_id: open && open.team_id === team_id ? open.shift_id : null, team_id, reference_unit_id }
}

export interface RecordOptions { referral?: ReferralDraft; followFix?: boolean }
export interface RecordedEncounter {
  encounter_id: string
  participation_ids: string[]
  held_until: number
  referral: { referral_id: string; code: string } | null
}

export async function recordEncounter(draft: EncounterDraft, options: RecordOptions = {}): Promise<RecordedEncounter> {
  const now = Date.now()
  refuse(checkEncounter(draft, now))
  const id = newId(now)
  const body = bodyOf(draft, id, now, groundOf(draft))
  const follow = options.followFix ?? wantsFix(draft.place, body.late)
  const occurred_at = draft.late_at ?? instant(now)
  const hold_ms = holdFor(draft.place, follow && !options.referral)
  const command = plan({ name: 'encounters.record', body, record_id: id, after: [...(body.shift_id ? afterShift() : []), ...behindPeople(body.people)], occurred_at, hold_ms, now })
  const record: RecordRow = { id, type: 'encounter', body, occurred_at, created_at: now, command_id: command.id, replaces_id: null, status: 'valid' }
  const sent = options.referral && (await import('./referral')).referralRows(options.referral, { encounter_id: id, visit_id: null }, [command.id], now, body.people)
  await save({
    commands: sent ? [command, sent.command] : [command],
    records: sent ? [record, sent.record] : [record],
    clearDrafts: sent ? ['encounter', 'referral'] : ['encounter'],
  })
  if (follow) followFix(draft.place, command.held_until!, (place, enough) => amendPlace(id, place, enough))
  return {
    encounter_id: id, participation_ids: body.people.map((person) => person.participation_id), held_until: command.held_until!,
    referral: sent ? { referral_id: sent.record.id, code: sent.code } : null,
  }
}
