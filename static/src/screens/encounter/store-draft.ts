import { DraftRefused, recordEncounter } from '../../actions'
import { position } from '../../platform/position'
import { session } from '../../store/state'
import { mark, replace } from '../../ui'
import { saved } from '../form/save'
import { drop, put } from './current'
import { encounterInput, isLate, isUnsaid, type EncounterDraft } from './draft'

/** Saves the draft, with its referral when there is one, and only then lets go of it. */
export async function store(draft: EncounterDraft): Promise<void> {
  if (isUnsaid(draft)) throw new DraftRefused({ person: mark('No encontro, diga qual das pessoas é a que você já conhece.') })
  const input = encounterInput(draft, position.value, Date.now())
  const { referral: wish } = draft
  const result = await recordEncounter(input, {
    followFix: draft.place.kind === 'auto' && !isLate(draft),
    ...(wish === null ? {} : { referral: { ...wish, person_accepted: true } }),
  })
  saved()
  lastSaved = { encounter_id: result.encounter_id, draft, worker: session.value?.worker.id ?? null }
  await drop()
  replace(result.referral === null ? `/encontro/${result.encounter_id}/depois` : `/encaminhamento/${result.referral.referral_id}`)
}

/** What was just saved, while it can be undone: the form comes back as it was. */
let lastSaved: { encounter_id: string; draft: EncounterDraft; worker: string | null } | null = null

export function reopen(encounterId: string): void {
  if (lastSaved?.encounter_id === encounterId && lastSaved.worker === (session.value?.worker.id ?? null)) put(lastSaved.draft)
  lastSaved = null
}
