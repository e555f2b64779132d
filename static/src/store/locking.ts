// Opening and shutting a worker's database. The data key lives in memory only, and only while the phone is open.
import { changeWorker, workerRow, workerRows } from './device'
import { enter } from './enter'
import { clearSignals } from './load'
import { storedIn } from './boxed'
import { closeWorker, currentHandle, write, type Handle, type StoreName } from './open'
import type { VaultRow, WorkerRow } from './rows'
import { lock, session } from './state'
import { calibrate, newDataKey, seal, unwrapByCode, unwrapByPasskey, wrapByCode, wrapByPasskey, WrongCode } from './vault'

const FREE_TRIES = 3
const LONGEST_WAIT_S = 300

/** Seconds to wait after so many wrong codes in a row: three are free, then 1, 2, 4 … at most five minutes. */
export const waitAfter = (failures: number): number => (failures < FREE_TRIES ? 0 : Math.min(2 ** (failures - FREE_TRIES), LONGEST_WAIT_S))

/** Seconds still to wait. A clock that was set back makes nobody wait longer than the whole wait, nor less. */
export function waitLeft({ failures, failed_at }: VaultRow, now: number): number {
  const wait = waitAfter(failures)
  if (failed_at === null || wait === 0) return 0
  return Math.min(wait, Math.max(0, Math.ceil(wait - Math.max(0, now - failed_at) / 1000)))
}

/** The screen of a shut phone: whose it is, and who else works with it. */
export async function showLock(key: string): Promise<void> {
  const rows = (await workerRows()).filter((row) => row.vault !== null)
  if (!rows.some((row) => row.key === key)) return
  lock.value = {
    key,
    workers: rows.map(({ key: of, session: { worker, municipality }, unsent, vault, ground, seal_key }) => ({
      key: of, name: worker.name, login: worker.login, city: municipality.name, isDemo: municipality.is_demo, unsent,
      passkeys: vault!.passkeys.map(({ credential, salt }) => ({ credential, salt })), canRecord: ground !== null && seal_key !== null,
    })),
  }
}

export async function lockNow(): Promise<void> {
  const handle = currentHandle()
  if (!handle) return
  shut(handle)
  await showLock(handle.key)
}

// The key goes first: a sync run that is under way finds the boxes shut, and what it was sending stays in line.
export function shut(handle: Handle): void {
  handle.codec.opened = null
  closeWorker()
  session.value = null
  clearSignals()
}

async function openWith(row: WorkerRow, key: Uint8Array): Promise<Handle> {
  const handle = await enter(row, key)
  lock.value = null
  await boxEverything(handle)
  return handle
}

export type Unlocked = { ok: true } | { ok: false; wait_s: number }

export async function unlockByCode(key: string, code: string, now = Date.now()): Promise<Unlocked> {
  const before = (await workerRow(key))?.vault
  if (!before) return { ok: false, wait_s: 0 }
  const wait = waitLeft(before, now)
  if (wait > 0) return { ok: false, wait_s: wait }
  // Counted before it is tried: a page that is killed in between gains nothing.
  const row = await changeWorker(key, (each) => ({ ...each, vault: each.vault && { ...each.vault, failures: each.vault.failures + 1, failed_at: now } }))
  try {
    const dataKey = await unwrapByCode(code, row!.vault!.code, key)
    await opened(row!, dataKey)
    return { ok: true }
  } catch (error) {
    if (!(error instanceof WrongCode)) throw error
    return { ok: false, wait_s: waitAfter(row!.vault!.failures) }
  }
}

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

async function opened(row: WorkerRow, dataKey: Uint8Array): Promise<void> {
  const fresh = await changeWorker(row.key, (each) => ({ ...each, vault: each.vault && { ...each.vault, failures: 0, failed_at: null } }))
  await openWith(fresh ?? row, dataKey)
}

/** With a data key that came back from the municipality. */
export async function unlockByKey(key: string, dataKey: Uint8Array): Promise<void> {
  const row = await workerRow(key)
  if (row) await opened(row, dataKey)
}

/** A new vault, or a new code for the one that is open. */
export async function setCode(key: string, code: string): Promise<void> {
  const row = await workerRow(key)
  if (!row) return
  const handle = currentHandle()
  const known = handle?.key === key ? handle.codec.opened?.key ?? null : null
  const dataKey = known ?? newDataKey()
  const made = await wrapByCode(code, dataKey, key, await calibrate())
  const vault: VaultRow = {
    passkeys: known ? row.vault?.passkeys ?? [] : [], code: made, failures: 0, failed_at: null,
    city: await sealedToCity(row, dataKey),
  }
  const next = await changeWorker(key, (each) => ({ ...each, vault }))
  if (next) await openWith(next, dataKey)
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

// A phone of before, whose rows lay in clear: each goes into its box, all at once.
async function boxEverything(handle: Handle): Promise<void> {
  const stores: StoreName[] = ['commands', 'records', 'pulled', 'drafts', 'meta']
  const isClear = (row: object): boolean => !('box' in row)
  const some = await write(handle, stores, async (tx) => {
    const lists = await Promise.all(stores.map((name) => storedIn<object>(tx.objectStore(name))))
    return lists.slice(0, 4).flat().some(isClear)
  })
  if (!some) return
  await write(handle, stores, async (tx) => {
    for (const name of stores) {
      const store = tx.objectStore(name) as unknown as { getAll: () => Promise<object[]>; put: (row: object) => Promise<unknown> }
      for (const row of await store.getAll()) await store.put(row)
    }
  })
}
