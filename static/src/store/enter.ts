// Opening the phone for a worker, and leaving it.
import { announce } from './changes'
import { markers, setLastWorker, countOthers } from './device'
import { clearSignals, loadLocal, loadPulled } from './load'
import { setMeta } from './meta'
import { closeWorker, openWorker, write, type Handle } from './open'
import type { WorkerRow } from './rows'
import { session } from './state'

export async function enter(row: WorkerRow): Promise<Handle> {
  const had = markers()[row.key]
  const { handle, created } = await openWorker(row.key)
  // The browser cleared the storage of this worker: say so, and go on saying it until it has been read.
  if (created && had !== undefined) {
    await write(handle, ['meta'], (tx) => setMeta(tx, 'vanished_unsent', had))
  }
  clearSignals()
  session.value = row.session
  await setLastWorker(row.key)
  await loadLocal(handle)
  await loadPulled(handle)
  return handle
}

// The pulled caseload leaves with the worker; unsent work and its records stay until that worker signs in again.
export async function leave(handle: Handle): Promise<void> {
  await dropCaseload(handle)
  await setLastWorker(null)
  session.value = null
  closeWorker()
  clearSignals()
  await countOthers(null)
  announce('session', null)
}

export async function dropCaseload(handle: Handle): Promise<void> {
  await write(handle, ['pulled', 'meta'], async (tx) => {
    // `me` stays: it names nobody met, and holds the key that seals.
    for (let at = await tx.objectStore('pulled').openCursor(); at; at = await at.continue()) {
      if (at.value.type !== 'me') await at.delete()
    }
    await setMeta(tx, 'cursor', null)
  })
}
