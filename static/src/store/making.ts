// Making a vault, giving it another code, other ways in, and the way back through the municipality. Loaded when asked for.
import { changeWorker, workerRow } from './device'
import { checkPlace, opened, openWith } from './locking'
import { currentHandle } from './open'
import type { VaultRow, WorkerRow } from './rows'
import { boxOf, calibrate, newDataKey, seal, unwrapByPasskey, wrapByCode, wrapByPasskey, WrongCode } from './vault'

/** A new vault, or a new code for the one that is open. False where there is a vault and its key is not at hand: it stays as it is. */
export async function setCode(key: string, code: string): Promise<boolean> {
  const row = await workerRow(key)
  if (!row) return false
  const handle = currentHandle()
  const known = handle?.key === key ? handle.codec.opened?.key ?? null : null
  const dataKey = known ?? newDataKey()
  const made = await wrapByCode(code, dataKey, key, await calibrate())
  const vault: VaultRow = {
    passkeys: known ? row.vault?.passkeys ?? [] : [], code: made, failures: 0, failed_at: null,
    city: await sealedToCity(row, dataKey), check: boxOf(dataKey, checkPlace(key), 'vinculo'),
  }
  // Another tab may have made the vault meanwhile: one key only.
  const next = await changeWorker(key, (each) => (each.vault && !known ? each : { ...each, vault }))
  if (next?.vault !== vault) return false
  await openWith(next, dataKey)
  return true
}

async function sealedToCity(row: WorkerRow, dataKey: Uint8Array): Promise<string | null> {
  if (!row.seal_key) return null
  const { session: { worker, deviceId } } = row
  return seal(row.seal_key, JSON.stringify({ use: 'vault', worker_id: worker.id, device_id: deviceId, key: Array.from(dataKey, (byte) => byte.toString(16).padStart(2, '0')).join('') }))
}

/** The municipality has a new key, or the server gave this worker another device: the way back must lead there. */
export async function renewWayBack(key: string): Promise<void> {
  const dataKey = currentHandle()?.key === key ? currentHandle()?.codec.opened?.key : null
  const row = dataKey ? await workerRow(key) : null
  if (!row?.vault || !dataKey) return
  const city = await sealedToCity(row, dataKey)
  await changeWorker(key, (each) => (each.vault ? { ...each, vault: { ...each.vault, city } } : each))
}

export async function addPasskey(id: string, label: string, credential: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>, secret: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const handle = currentHandle()
  const dataKey = handle?.codec.opened?.key
  if (!handle || !dataKey) return false
  const made = { id, label, credential, salt, ...(await wrapByPasskey(secret, dataKey, handle.key)) }
  await changeWorker(handle.key, (row) => (row.vault ? { ...row, vault: { ...row.vault, passkeys: [...row.vault.passkeys.filter((each) => each.id !== id), made] } } : row))
  return true
}

export const dropPasskey = (key: string, id: string): Promise<WorkerRow | null> =>
  changeWorker(key, (row) => (row.vault ? { ...row, vault: { ...row.vault, passkeys: row.vault.passkeys.filter((each) => each.id !== id) } } : row))

export async function unlockByPasskey(key: string, credential: Uint8Array, secret: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const row = await workerRow(key)
  const how = row?.vault?.passkeys.find((each) => each.credential.length === credential.length && each.credential.every((byte, at) => byte === credential[at]))
  if (!row || !how) return false
  try {
    await opened(row, await unwrapByPasskey(secret, how, key))
    return true
  } catch (error) {
    if (!(error instanceof WrongCode)) throw error
    return false
  }
}
