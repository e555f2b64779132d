// Opening and shutting a worker's database. The data key lives in memory only, and only while the phone is open.
import { changeWorker, workerRow, workerRows } from './device'
import { enter } from './enter'
import { clearSignals } from './load'
import { storedIn } from './boxed'
import { closeWorker, currentHandle, write, type Handle, type StoreName } from './open'
import type { VaultRow, WorkerRow } from './rows'
import { codeWanted, lock, session } from './state'
import { unlessFull } from './types'
import { openBox, unwrapByCode, WrongCode } from './vault'

const FREE_TRIES = 3
const LONGEST_WAIT_S = 300

/** Seconds to wait after so many wrong codes in a row: three are free, then 1, 2, 4 … at most five minutes. */
export const waitAfter = (failures: number): number => (failures < FREE_TRIES ? 0 : Math.min(2 ** (failures - FREE_TRIES), LONGEST_WAIT_S))

/** Seconds still to wait since the last wrong code. */
export function waitLeft({ failures, failed_at }: Pick<VaultRow, 'failures' | 'failed_at'>, now: number): number {
  return failed_at === null ? 0 : Math.max(0, Math.ceil(waitAfter(failures) - (now - failed_at) / 1000))
}

/** The screen of a shut phone: whose it is, and who else works with it. */
export async function showLock(key: string): Promise<void> {
  const rows = (await workerRows()).filter((row) => row.vault !== null)
  // Opened meanwhile: what was asked for before must not cover an open phone.
  if (!rows.some((row) => row.key === key) || currentHandle() || session.value) return
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
  codeWanted.value = null // choosing a code needs the data key, and that is gone
  await showLock(handle.key)
}

// The key goes first: a sync run that is under way finds the boxes shut, and what it was sending stays in line.
export function shut(handle: Handle): void {
  handle.codec.opened = null
  closeWorker()
  session.value = null
  clearSignals()
}

export const checkPlace = (key: string): string => `${key}/check`

/** Raises WrongCode for a key that is not this vault's: with it nothing would open, and the next save would cover what is there. */
function checked(row: WorkerRow, key: Uint8Array): void {
  try {
    if (row.vault) openBox(key, checkPlace(row.key), row.vault.check)
  } catch {
    throw new WrongCode()
  }
}

export async function openWith(row: WorkerRow, key: Uint8Array): Promise<Handle> {
  checked(row, key)
  const handle = await enter(row, key)
  lock.value = null
  await boxEverything(handle)
  return handle
}

export type Unlocked = { ok: true } | { ok: false; wait_s: number }

// A full disk takes no count, but must not keep the rightful one out either.
const uncounted = (error: unknown): null => {
  if ((error as Error | null)?.name !== 'QuotaExceededError') throw error
  return null
}

export async function unlockByCode(key: string, code: string, now = Date.now()): Promise<Unlocked> {
  let wait = 0
  // Judged and counted in one transaction, before it is tried: neither many at once nor a page that is killed gain anything.
  const counted = await changeWorker(key, (row) => {
    if (!row.vault) return row
    // A clock that was set back: the wait begins again, now.
    const failed_at = row.vault.failed_at === null ? null : Math.min(row.vault.failed_at, now)
    wait = waitLeft({ failures: row.vault.failures, failed_at }, now)
    return { ...row, vault: wait > 0 ? { ...row.vault, failed_at } : { ...row.vault, failures: row.vault.failures + 1, failed_at: now } }
  }).catch(uncounted)
  const row = counted ?? (await workerRow(key))
  if (!row?.vault || wait > 0) return { ok: false, wait_s: wait }
  try {
    await opened(row, await unwrapByCode(code, row.vault.code, key))
    return { ok: true }
  } catch (error) {
    if (!(error instanceof WrongCode)) throw error
    return { ok: false, wait_s: waitAfter(row.vault.failures) }
  }
}

export async function opened(row: WorkerRow, dataKey: Uint8Array): Promise<void> {
  checked(row, dataKey)
  const fresh = await changeWorker(row.key, (each) => ({ ...each, vault: each.vault && { ...each.vault, failures: 0, failed_at: null } })).catch(uncounted)
  await openWith(fresh ?? row, dataKey)
}

/** With a data key that came back from the municipality. Raises WrongCode. */
export async function unlockByKey(key: string, dataKey: Uint8Array): Promise<void> {
  const row = await workerRow(key)
  if (row) await opened(row, dataKey)
}

// A phone of before, whose rows lay in clear: each goes into its box, all at once.
async function boxEverything(handle: Handle): Promise<void> {
  const stores: StoreName[] = ['commands', 'records', 'pulled', 'drafts', 'meta']
  const isClear = (row: object): boolean => !('box' in row)
  const some = await write(handle, stores, async (tx) => {
    const lists = await Promise.all(stores.map((name) => storedIn<object>(tx.objectStore(name))))
    return lists.slice(0, 4).flat().some(isClear)
  })
  if (!some) return
  // A full disk keeps them as they are until there is room.
  await write(handle, stores, async (tx) => {
    for (const name of stores) {
      const store = tx.objectStore(name) as unknown as { getAll: () => Promise<object[]>; put: (row: object) => Promise<unknown> }
      for (const row of await store.getAll()) await store.put(row)
    }
  }).catch(unlessFull)
}
