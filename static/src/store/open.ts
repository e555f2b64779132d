// Opens the phone's databases: one per worker, so that nobody's work is ever touched by another's sign-in, and a
// small one of the device. Every write is one strict transaction; a full disk shows up as *abort*, not as error.
import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb'
import type { DeviceSchema, WorkerSchema } from './rows'
import { SaveFailed } from './types'

export type Database = IDBPDatabase<WorkerSchema>
export type StoreName = 'commands' | 'records' | 'pulled' | 'drafts' | 'meta'
export type Write = IDBPTransaction<WorkerSchema, StoreName[], 'readwrite'>

// One worker's database. Work begun for a worker keeps its handle, whoever signs in meanwhile.
export interface Handle {
  readonly name: string
  readonly key: string
  db: Database
  closed: boolean
}

let current: Handle | null = null

export const workerKey = (municipalityId: number, workerId: string): string => `${municipalityId}-${workerId}`
export const databaseName = (key: string): string => `vinculo-${key}`

async function connect(name: string, onGone: () => void, mayCreate = true): Promise<{ db: Database; created: boolean }> {
  let created = false
  const db = await openDB<WorkerSchema>(name, 1, {
    upgrade(fresh, oldVersion, _newVersion, tx) {
      created = oldVersion === 0
      if (created && !mayCreate) {
        tx.done.catch(() => undefined)
        return tx.abort()
      }
      fresh.createObjectStore('commands', { keyPath: 'seq', autoIncrement: true }).createIndex('id', 'id', { unique: true })
      fresh.createObjectStore('records', { keyPath: 'id' })
      fresh.createObjectStore('pulled', { keyPath: ['type', 'id'] }).createIndex('type', 'type')
      fresh.createObjectStore('drafts', { keyPath: 'kind' })
      fresh.createObjectStore('meta', { keyPath: 'key' })
    },
    blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(), // a newer app in another tab goes first
    terminated: onGone,
  })
  return { db, created }
}

export async function openWorker(key: string): Promise<{ handle: Handle; created: boolean }> {
  if (current?.key === key && !current.closed) return { handle: current, created: false }
  closeWorker()
  const handle = { name: databaseName(key), key, closed: false } as Handle
  const { db, created } = await connect(handle.name, () => undefined)
  handle.db = db
  current = handle
  return { handle, created }
}

// Another worker's database, for its upkeep. Never made anew: that one is gone has to be noticed at the next sign-in.
export async function openLeft(key: string): Promise<Handle | null> {
  const name = databaseName(key)
  const found = await connect(name, () => undefined, false).catch(() => null)
  return found && { name, key, db: found.db, closed: true }
}

export function closeWorker(): void {
  if (!current) return
  // Not db.close(): a sync run may still have an answer to write. The handle is simply no longer the current one.
  current.closed = true
  current = null
}

export const currentHandle = (): Handle | null => current

export function requireHandle(): Handle {
  if (!current) throw new SaveFailed('no_database')
  return current
}

// Safari drops idle connections: a transaction on a dead one throws at once, and a new connection cures it.
async function begin<T>(handle: Handle, start: (db: Database) => T): Promise<T> {
  try {
    return start(handle.db)
  } catch (error) {
    if ((error as DOMException).name !== 'InvalidStateError') throw error
    handle.db = (await connect(handle.name, () => undefined)).db
    return start(handle.db)
  }
}

export async function read<T>(handle: Handle, work: (db: Database) => Promise<T>): Promise<T> {
  return (await begin(handle, (db) => ({ result: work(db) }))).result
}

export function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  return read(requireHandle(), work)
}

const BROWSER_ERRORS = ['QuotaExceededError', 'AbortError', 'UnknownError', 'InvalidStateError', 'TransactionInactiveError', 'DataError', 'ConstraintError']

// Everything in `work` is stored, or nothing is. Resolves only when the browser says that it lies on the disk.
export async function write<T>(handle: Handle, stores: StoreName[], work: (tx: Write) => Promise<T>): Promise<T> {
  let tx: Write
  try {
    tx = await begin(handle, (db) => db.transaction(stores, 'readwrite', { durability: 'strict' }))
  } catch (error) {
    throw new SaveFailed('no_database', error)
  }
  const done = tx.done
  done.catch(() => undefined)
  try {
    // An abort that comes before the work is through must not leave it hanging.
    const result = await Promise.race([work(tx), done.then(() => new Promise<never>(() => undefined))])
    await done
    return result
  } catch (error) {
    try {
      tx.abort()
    } catch {
      // Already over.
    }
    const reason = tx.error ?? error
    const name = (reason as Error | null)?.name ?? ''
    if (name === 'QuotaExceededError') throw new SaveFailed('quota', reason)
    if (BROWSER_ERRORS.includes(name)) throw new SaveFailed('aborted', reason)
    throw error
  }
}

let device: Promise<IDBPDatabase<DeviceSchema>> | null = null

export function openDevice(): Promise<IDBPDatabase<DeviceSchema>> {
  device ??= openDB<DeviceSchema>('vinculo-device', 1, {
    upgrade(fresh) {
      fresh.createObjectStore('workers', { keyPath: 'key' })
      fresh.createObjectStore('kv', { keyPath: 'key' })
    },
    blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
    terminated: () => {
      device = null
    },
  })
  device.catch(() => {
    device = null
  })
  return device
}
