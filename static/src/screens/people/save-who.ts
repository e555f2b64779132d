// Saves what was written of those who were there. Returns nothing; a corrected record is shown under its new number.
import { linkPeople } from '../../actions/people'
import { describePresent } from '../../actions/present'
import type { LocalEncounter } from '../../store/state'
import { replace } from '../../ui'
import type { WhoDraft } from './who-fields'

export async function saveWho(record: LocalEncounter, drafts: readonly WhoDraft[]): Promise<void> {
  const seen = new Map(drafts.flatMap((draft) => (draft.seen && draft.person_id === null ? [[draft.participation_id, draft.seen] as const] : [])))
  const where = seen.size ? await describePresent(record, seen) : { encounter_id: record.id, now: new Map<string, string>() }
  await linkPeople(where.encounter_id, drafts.map((draft) => ({ ...draft, participation_id: where.now.get(draft.participation_id) ?? draft.participation_id })))
  if (where.encounter_id !== record.id) replace(`/encontro/${where.encounter_id}/depois`)
}
