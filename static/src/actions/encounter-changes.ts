// What comes after an encounter was saved: completed, corrected, withdrawn. Loaded with the screens that do it.
import { mark } from '../contract/words'
import type { EncounterBody, EncounterCompletion } from '../contract/commands'
import { instant, newId } from '../contract/ids'
import type { CalledKind, EncounterOutcome, Need, WithdrawReason } from '../contract/terms'
import { checkEncounter, checkNote, type EncounterDraft } from '../rules/encounter'
import { DraftRefused } from '../rules/problems'
import { earlierRecords } from '../store/load'
import { plan, save } from '../store/outbox'
import { records } from '../store/state'
import type { LocalEncounter } from '../store/types'
import { bodyOf, groundOf, refuse } from './encounter'
import { correct, withdraw } from './replace'

export interface CompletionDraft {
  note?: string | null
  needs?: Need[]
  outcome?: EncounterOutcome | null
  names?: { participation_id: string; called: string; called_kind: CalledKind; person_id?: string }[]
}

// The follow-ups after saving (name, needs, note): additions of their own, so that saving never waits for them.
export async function completeEncounter(encounterId: string, addition: CompletionDraft): Promise<void> {
  const now = Date.now()
  const note = addition.note?.trim() || null
  refuse(checkNote(note))
  const names = (addition.names ?? []).filter((name) => name.called.trim())
  if (names.some((name) => name.called.trim().length > 80)) throw new DraftRefused({ names: mark('O nome passa de 80 letras.') })
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
    // Who stays goes by the number that she had: the server makes one of the new record from it, and names follow it.
    make: (id) => ({
      ...bodyOf(id === recordId ? draft : { ...draft, people: draft.people.map(({ participation_id, age_band, sex }) => ({ ...(participation_id ? { participation_id } : {}), age_band, sex })) }, id, now, ground),
      recorded_at: was?.recorded_at ?? instant(now), late: draft.late_at !== null }),
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
    const { situation, outcome, origin, people_count, people, place, note, team_id, reference_unit_id, late, request_id, shelter, handed_out } = body
    const more = shelter === undefined && handed_out === undefined ? {} : { more: { ...(shelter === undefined ? {} : { shelter }), ...(handed_out ? { handed_out } : {}) } }
    return { situation, outcome, origin, people_count, people, place, note, team_id, reference_unit_id, late_at: late ? known.occurred_at : null, ...(request_id ? { request_id } : {}), ...more }
  }
  if (!remote) return null
  return {
    situation: remote.situation, outcome: remote.outcome, origin: null, people_count: remote.people.length,
    people: remote.people.map(({ participation_id, age_band, sex }) => ({ participation_id, age_band, sex })),
    place: { source: 'none', lon: null, lat: null, accuracy_m: null, point_id: null, text: null, reason: null, fixed_at: null },
    note: null, team_id: remote.team_id, late_at: remote.late ? remote.occurred_at : null,
  }
}
