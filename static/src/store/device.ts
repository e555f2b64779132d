// The device's own small database: who it is, who works with it, and how much unsent work each of them left.
// A marker in localStorage tells, later, that a database which is gone had been there.
import { newId } from '../contract/ids'
import { openDevice, workerKey } from './open'
import type { WorkerRow } from './rows'
import { othersUnsent, session } from './state'
import type { Session } from './types'

const MARKER = 'vinculo.had'

export async function deviceId(): Promise<string> {
  const db = await openDevice()
  const tx = db.transaction('kv', 'readwrite', { durability: 'strict' })
  let id = (await tx.store.get('device_id'))?.value as string | undefined
  if (!id) {
    id = newId()
    await tx.store.put({ key: 'device_id', value: id })
  }
  await tx.done
  return id
}

// Where two workers share a phone the server gave each a device of their own: the second keeps its own id.
export async function deviceIdOf(login: string): Promise<string | null> {
  const rows = await (await openDevice()).getAll('workers')
  return rows.find((row) => row.session.worker.login.toLowerCase() === login.trim().toLowerCase())?.session.deviceId ?? null
}

const kv = async <T>(key: string): Promise<T | null> => ((await (await openDevice()).get('kv', key))?.value as T | undefined) ?? null
const setKv = async (key: string, value: unknown): Promise<void> => void (await (await openDevice()).put('kv', { key, value }))

export const lastWorkerKey = (): Promise<string | null> => kv<string>('last')
export const setLastWorker = (key: string | null): Promise<void> => setKv('last', key)

// A sign-out made without network: the server's session is ended at the next occasion.
export const endPending = async (): Promise<string | null> => kv<string>('end_session')
export const setEndPending = (csrf: string | null): Promise<void> => setKv('end_session', csrf)

export async function workerRow(key: string): Promise<WorkerRow | null> {
  const row = await (await openDevice()).get('workers', key)
  return row ? { ...NEW, ...row } : null
}

export async function workerKeys(): Promise<string[]> {
  return (await openDevice()).getAllKeys('workers')
}

const NEW: Omit<WorkerRow, 'key' | 'session' | 'csrf'> = { unsent: 0, vault: null, delivery: null, seal_key: null, ground: null, owes: { password: false, term: false } }

export async function putWorker(found: Session, csrf: string, more: Partial<WorkerRow> = {}): Promise<WorkerRow> {
  const key = workerKey(found.municipality.id, found.worker.id)
  const db = await openDevice()
  const tx = db.transaction('workers', 'readwrite', { durability: 'strict' })
  const row: WorkerRow = { ...NEW, ...(await tx.store.get(key)), ...more, key, session: found, csrf }
  await tx.store.put(row)
  await tx.done
  return row
}

// Read, changed and written in one strict transaction; null when the phone knows no such worker.
export async function changeWorker(key: string, change: (row: WorkerRow) => WorkerRow): Promise<WorkerRow | null> {
  const db = await openDevice()
  const tx = db.transaction('workers', 'readwrite', { durability: 'strict' })
  const row = await tx.store.get(key)
  const next = row ? change({ ...NEW, ...row }) : null
  if (next && next !== row) await tx.store.put(next)
  await tx.done
  return next
}

/** Team and unit of a record made without entering: of the last shift, before any of the first team. */
export async function rememberGround(key: string, ground: NonNullable<WorkerRow['ground']>, onlyIfNone = false): Promise<void> {
  await changeWorker(key, (row) => (onlyIfNone && row.ground ? row : { ...row, ground }))
}

export const workerRows = async (): Promise<WorkerRow[]> => (await (await openDevice()).getAll('workers')).map((row) => ({ ...NEW, ...row }))

export async function setSignedOut(key: string, signedOut: boolean): Promise<void> {
  const db = await openDevice()
  const tx = db.transaction('workers', 'readwrite')
  const row = await tx.store.get(key)
  if (row && row.session.signedOut !== signedOut) await tx.store.put({ ...row, session: { ...row.session, signedOut } })
  await tx.done
  const shown = session.value
  if (shown && workerKey(shown.municipality.id, shown.worker.id) === key && shown.signedOut !== signedOut) {
    session.value = { ...shown, signedOut }
  }
}

export async function rememberUnsent(key: string, unsent: number): Promise<void> {
  const had = markers()
  if (had[key] !== unsent) setMarkers({ ...had, [key]: unsent })
  try {
    const db = await openDevice()
    const tx = db.transaction('workers', 'readwrite')
    const row = await tx.store.get(key)
    if (row && row.unsent !== unsent) await tx.store.put({ ...row, unsent })
    await tx.done
    const shown = session.value
    await countOthers(shown && workerKey(shown.municipality.id, shown.worker.id))
  } catch {
    // The count is a courtesy; the work itself lies in the worker's own database.
  }
}

export async function countOthers(key: string | null): Promise<void> {
  const rows = await (await openDevice()).getAll('workers')
  othersUnsent.value = rows.filter((row) => row.key !== key).reduce((sum, row) => sum + row.unsent, 0)
}

type Markers = Record<string, number>

export function markers(): Markers {
  try {
    return JSON.parse(localStorage.getItem(MARKER) ?? '{}') as Markers
  } catch {
    return {}
  }
}

function setMarkers(had: Markers): void {
  try {
    localStorage.setItem(MARKER, JSON.stringify(had))
  } catch {
    // Full: the marker is a courtesy.
  }
}
