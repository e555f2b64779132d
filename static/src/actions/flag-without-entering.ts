// A flag from a phone that is shut: all of it is sealed to the municipality at once, the words once more within.
import { instant, newId } from '../contract/ids'
import { mark } from '../contract/words'
import { DraftRefused } from '../rules/problems'
import { workerOf } from '../store/boxed'
import { workerRow } from '../store/device'
import { showLock } from '../store/locking'
import { dropIn } from '../store/mail'
import { openLocked } from '../store/open'
import { SaveFailed } from '../store/types'
import { makeSealer } from '../store/vault'
import { callBody, checkInput, flagBody, shutWords, type FlagInput } from './flag'

export async function raiseWithoutEntering(key: string, input: FlagInput): Promise<void> {
  const now = Date.now()
  checkInput(input, now)
  const row = await workerRow(key)
  if (!row?.seal_key) throw new DraftRefused({ kinds: mark('Este celular ainda não tem a chave do município. Abra-o com o código.') })
  const handle = await openLocked(key)
  if (!handle) throw new SaveFailed('no_database')
  try {
    const sealer = await makeSealer(row.seal_key)
    const worker_id = workerOf(key)
    const occurred_at = input.late_at ?? instant(now)
    const shut = (id: string, name: string, after: string[], at: string, body: unknown) => ({
      id, first: name === 'protection.raise' ? 1 as const : 2 as const, sealed: sealer.seal(JSON.stringify({ id, worker_id, name, version: 1, occurred_at: at, after, replaces: null, body, without_entering: true })),
    })
    const raised = newId(now)
    await dropIn(handle, [
      shut(raised, 'protection.raise', [], occurred_at, flagBody(input, row.ground?.team_id ?? null, shutWords(sealer, input.flag_id, input.words), now)),
      ...input.calls.map((call) => shut(newId(now), 'protection.tell_call', [raised], call.at, callBody(input.flag_id, call, now))),
    ])
  } finally {
    handle.raw.close()
  }
  await showLock(key).catch(() => undefined)
}
