// An encounter: recorded, completed, corrected, withdrawn. Nothing here waits for the network or for the GPS.
import type { EncounterBody, EncounterCompletion } from '../contract/commands'
import { instant, newId } from '../contract/ids'
import type { CalledKind, EncounterOutcome, Need, WithdrawReason } from '../contract/terms'
import { checkEncounter, checkNote, type EncounterDraft } from '../rules/encounter'
import { DraftRefused, type FieldProblems } from '../rules/problems'
import type { ReferralDraft } from '../rules/referral'
import { plan, save } from '../store/outbox'
import { me, records, shift } from '../store/state'
import { earlierRecords } from '../store/load'
import type { RecordRow } from '../store/rows'
import type { LocalEncounter } from '../store/types'
import { followFix, holdFor, wantsFix } from './follow-fix'
import { amendPlace } from './hold'
import { referralRows } from './referral'
import { correct, withdraw } from './replace'
import { afterShift } from './shift'

export interface CompletionDraft {
  note?: string | null
  needs?: Need[]
  outcome?: EncounterOutcome | null
  names?: { participation_id: string; called: string; called_kind: CalledKind; person_id?: string }[]
}

const refuse = (problems: FieldProblems): void => {
  if (Object.keys(problems).length) throw new DraftRefused(problems)
}

// Who was not looked at closely is "não observado": one participation each, with nothing known.
function bodyOf(draft: EncounterDraft, id: string, now: number, ground: { shift_id: string | null; team_id: string; reference_unit_id: string }): EncounterBody {
  const people = Array.from({ length: draft.people_count }, (_, at) => {
    const known = draft.people[at]
    return { participation_id: known?.participation_id ?? newId(now), age_band: known?.age_band ?? null, sex: known?.sex ?? null }
  })
  return {
    encounter_id: id, ...ground, situation: draft.situation, outcome: draft.outcome, origin: draft.origin,
    people_count: draft.people_count, people, place: draft.place, late: draft.late_at !== null,
    recorded_at: instant(now), note: draft.note?.trim() || null,
  }
}

function groundOf(draft: EncounterDraft): { shift_id: string | null; team_id: string; reference_unit_id: string } {
  const open = shift.value
  const team = me.value?.teams.find((each) => each.id === draft.team_id) ?? (open ? undefined : me.value?.teams[0])
  const team_id = draft.team_id ?? open?.team_id ?? team?.id
  const reference_unit_id = draft.reference_unit_id ?? open?.reference_unit_id ?? team?.reference_unit_id
  if (!team_id || !reference_unit_id) throw new DraftRefused({ team_id: 'Abra o turno antes de registrar.' })
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
  const command = plan({ name: 'encounters.record', body, record_id: id, after: body.shift_id ? afterShift() : [], occurred_at, hold_ms, now })
  const record: RecordRow = { id, type: 'encounter', body, occurred_at, created_at: now, command_id: command.id, replaces_id: null, status: 'valid' }
  const sent = options.referral && referralRows(options.referral, { encounter_id: id, visit_id: null }, [command.id], now)
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

// The follow-ups after saving (name, needs, note): additions of their own, so that saving never waits for them.
export async function completeEncounter(encounterId: string, addition: CompletionDraft): Promise<void> {
  const now = Date.now()
  const note = addition.note?.trim() || null
  refuse(checkNote(note))
  const names = (addition.names ?? []).filter((name) => name.called.trim())
  if (names.some((name) => name.called.trim().length > 80)) throw new DraftRefused({ names: 'O nome passa de 80 letras.' })
  const body: EncounterCompletion = {
    encounter_id: encounterId, addition_id: newId(now), note, needs: addition.needs ?? [], outcome: addition.outcome ?? null,
    names: names.map((name) => ({
      participation_id: name.participation_id, person_id: name.person_id ?? newId(now), called: name.called.trim(), called_kind: name.called_kind,
    })),
  }
  const command = plan({ name: 'encounters.complete', body, record_id: encounterId, now })
  await save({
    commands: [command],
    within: async (tx) => {
      const record = await tx.objectStore('records').get(encounterId)
      if (record) command.after = [record.command_id]
    },
  })
}

export function correctEncounter(recordId: string, draft: EncounterDraft, reasonText: string | null): Promise<{ encounter_id: string }> {
  const now = Date.now()
  refuse(checkEncounter(draft, now))
  const known = encounterOf(recordId)
  // A correction stays with the team and shift of what it corrects.
  const was = known?.body
  const ground = was ? { shift_id: was.shift_id, team_id: was.team_id, reference_unit_id: was.reference_unit_id } : groundOf(draft)
  return correct<EncounterBody>({
    type: 'encounter', recordId, occurred_at: draft.late_at, remoteOccurredAt: known?.occurred_at ?? null,
    // A new record has participations of its own (the server keeps the old ones, and carries names over by their place in the list).
    make: (id) => ({ ...bodyOf(id === recordId ? draft : { ...draft, people: draft.people.map(({ age_band, sex }) => ({ age_band, sex })) }, id, now, ground), recorded_at: was?.recorded_at ?? instant(now), late: draft.late_at !== null }),
    correcting: (body) => ({ name: 'encounters.correct', body: { ...body, replaces_id: recordId, reason_text: reasonText?.trim().slice(0, 200) || null } }),
  }).then((encounter_id) => ({ encounter_id }))
}

export function withdrawEncounter(recordId: string, reason: WithdrawReason): Promise<void> {
  return withdraw(recordId, reason, 'encounters.withdraw', 'encounter_id')
}

function encounterOf(recordId: string): LocalEncounter | undefined {
  return [...records.value, ...earlierRecords.value].find((each): each is LocalEncounter => each.id === recordId && each.type === 'encounter')
}

// What the correcting screen starts from. A record that came by pull brings no exact place and no note.
export function encounterDraftOf(recordId: string): EncounterDraft | null {
  const known = encounterOf(recordId)
  if (!known) return null
  const { body, remote } = known
  if (body) {
    const { situation, outcome, origin, people_count, people, place, note, team_id, reference_unit_id, late } = body
    return { situation, outcome, origin, people_count, people, place, note, team_id, reference_unit_id, late_at: late ? known.occurred_at : null }
  }
  if (!remote) return null
  return {
    situation: remote.situation, outcome: remote.outcome, origin: null, people_count: remote.people.length,
    people: remote.people.map(({ participation_id, age_band, sex }) => ({ participation_id, age_band, sex })),
    place: { source: 'none', lon: null, lat: null, accuracy_m: null, point_id: null, text: null, reason: null, fixed_at: null },
    note: null, team_id: remote.team_id, late_at: remote.late ? remote.occurred_at : null,
  }
}
