// *Registrar sem entrar*: the phone is shut, and what happens in front of it can't wait for a code. The record is sealed to
// the municipality at once; from then on nobody reads it here, not even who wrote it.
import { instant, newId } from '../contract/ids'
import { mark } from '../contract/words'
import { checkEncounter, type EncounterDraft } from '../rules/encounter'
import { DraftRefused } from '../rules/problems'
import { workerRow } from '../store/device'
import { showLock } from '../store/locking'
import { dropIn } from '../store/mail'
import { workerOf } from '../store/boxed'
import { openLocked } from '../store/open'
import { SaveFailed } from '../store/types'
import { makeSealer } from '../store/vault'
import { bodyOf, refuse } from './encounter'

export async function recordWithoutEntering(key: string, draft: EncounterDraft): Promise<void> {
  const now = Date.now()
  refuse(checkEncounter(draft, now))
  const row = await workerRow(key)
  if (!row?.ground || !row.seal_key) throw new DraftRefused({ team_id: mark('Abra o turno uma vez antes de registrar sem entrar.') })
  const handle = await openLocked(key)
  if (!handle) throw new SaveFailed('no_database')
  try {
    const sealer = await makeSealer(row.seal_key)
    const body = bodyOf(draft, newId(now), now, { shift_id: null, ...row.ground })
    const id = newId(now)
    await dropIn(handle, [{ id, sealed: sealer.seal(JSON.stringify({
      id, worker_id: workerOf(key), name: 'encounters.record', version: 1, occurred_at: draft.late_at ?? instant(now), after: [], replaces: null, body, without_entering: true,
    })) }])
  } finally {
    handle.raw.close()
  }
  await showLock(key).catch(() => undefined)
}
