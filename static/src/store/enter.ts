// Opening the phone for a worker, and leaving it.
import { announce } from './changes'
import { markers, setLastWorker, countOthers } from './device'
import { clearSignals, loadLocal, loadPulled } from './load'
import { setMeta } from './meta'
import { closeWorker, currentHandle, openWorker, write, type Handle } from './open'
import type { WorkerRow } from './rows'
import { lock, owes, session } from './state'
import { unlessFull } from './types'
import { sealerOf } from './vault'

/** The proofs of an open phone that sign-ins gave, until each lies in its own vault. */
export const proofs = new Map<string, string>()

export async function enter(row: WorkerRow, key: Uint8Array): Promise<Handle> {
  // Somebody else takes over: the first one's database is shut, and stays as it is until its owner opens it again.
  const before = currentHandle()
  if (before && before.key !== row.key) before.codec.opened = null
  const had = markers()[row.key]
  const sealer = await sealerOf(row.seal_key)
  const { handle, created } = await openWorker(row.key, { key, sealer })
  // The browser cleared the storage of this worker: say so, and go on saying it until it has been read.
  if (created && had !== undefined) {
    await write(handle, ['meta'], (tx) => setMeta(tx, 'vanished_unsent', had))
  }
  // Before the session shows: from then on the engine asks the server, and must be believed.
  const proof = proofs.get(row.key)
  if (proof !== undefined) {
    await write(handle, ['meta'], (tx) => setMeta(tx, 'vault_token', proof)).then(() => proofs.delete(row.key), unlessFull)
  }
  clearSignals()
  session.value = row.session
  owes.value = row.owes
  await setLastWorker(row.key).catch(() => undefined) // a full disk: the next start asks who it is
  await loadLocal(handle)
  await loadPulled(handle)
  return handle
}

// The caseload and what was delivered leave with the worker; unsent work and its records stay until that worker signs in again.
async function forgetFor(handle: Handle): Promise<void> {
  await dropCaseload(handle)
  await write(handle, ['commands', 'records'], async (tx) => {
    const commands = await tx.objectStore('commands').getAll()
    const owed = new Set(commands.filter((row) => row.state !== 'delivered' && row.state !== 'withdrawn').flatMap((row) => [row.id, row.record_id]))
    for (let at = await tx.objectStore('records').openCursor(); at; at = await at.continue()) {
      if (!owed.has(at.value.command_id) && !owed.has(at.value.id)) await at.delete()
    }
  })
}

export async function leave(handle: Handle): Promise<void> {
  await forgetFor(handle)
  await setLastWorker(null)
  handle.codec.opened = null
  session.value = null
  lock.value = null
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
