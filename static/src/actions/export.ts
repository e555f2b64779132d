// Everything unsent taken out of the phone. Loaded when asked for: on rare and bad days.
import type { Command } from '../contract/commands'
import { instant } from '../contract/ids'
import { requireHandle } from '../store/open'
import { sealKeyOf, unsentRows } from '../store/sending'
import { me, session } from '../store/state'
import { seal } from '../store/vault'
import { toWire } from '../store/wire'

export class NoSealKey extends Error {}

// Last resort: everything unsent in one file that only the municipality can open.
export async function exportOutbox(): Promise<Blob> {
  const handle = requireHandle()
  const key = await sealKeyOf(handle)
  const shown = session.value
  if (!key || !shown) throw new NoSealKey('the municipality key has not been downloaded yet')
  const commands: Command[] = (await unsentRows(handle)).map(toWire)
  const file = {
    format: 'vinculo-outbox-1',
    municipality_id: me.value?.municipality.id ?? shown.municipality.id,
    worker_id: shown.worker.id,
    device_id: shown.deviceId,
    sent_at: instant(Date.now()),
    sealed: await seal(key, JSON.stringify({ commands })),
  }
  return new Blob([JSON.stringify(file)], { type: 'application/json' })
}
