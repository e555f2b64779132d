// Opens the phone's databases: one per worker, so that nobody's work is ever touched by another's sign-in, and a
// small one of the device. Every write is one strict transaction; a full disk shows up as *abort*, not as error.
import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb'
import { Codec, databaseOf, type Opened } from './boxed'
import type { DeviceSchema, WorkerSchema } from './rows'
import { SaveFailed } from './types'

export type Database = IDBPDatabase<WorkerSchema>
export type StoreName = 'commands' | 'records' | 'pulled' | 'drafts' | 'meta'
export type Write = IDBPTransaction<WorkerSchema, StoreName[], 'readwrite'>

// One worker's database. Work begun for a worker keeps its handle, whoever signs in meanwhile. Without the data key
// (codec.opened null) it shows only what lies outside the boxes.
export interface Handle {
  readonly name: string
  readonly key: string
  readonly codec: Codec
  raw: IDBPDatabase<unknown>
  db: Database
  closed: boolean
}

let current: Handle | null = null

export const workerKey = (municipalityId: number, workerId: string): string => `${municipalityId}-${workerId}`
export const databaseName = (key: string): string => `vinculo-${key}`

// Version 2 has the rows of version 1 in boxes: an app of before, open in another tab, must not touch them.
async function connect(name: string, onGone: () => void, mayCreate = true): Promise<{ raw: IDBPDatabase<unknown>; created: boolean }> {
  let created = false
  const db = await openDB<WorkerSchema>(name, 2, {
    upgrade(fresh, oldVersion, _newVersion, tx) {
      created = oldVersion === 0
      if (created && !mayCreate) {
        tx.done.catch(() => undefined)
        return tx.abort()
      }
      if (!created) return
      fresh.createObjectStore('commands', { keyPath: 'seq', autoIncrement: true }).createIndex('id', 'id', { unique: true })
      fresh.createObjectStore('records', { keyPath: 'id' })
      fresh.createObjectStore('pulled', { keyPath: ['type', 'id'] }).createIndex('type', 'type')
      fresh.createObjectStore('drafts', { keyPath: 'kind' })
      fresh.createObjectStore('meta', { keyPath: 'key' })
    },
    blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(), // a newer app in another tab goes first
    terminated: onGone,
  })
  return { raw: db as unknown as IDBPDatabase<unknown>, created }
}

function handleOf(key: string, raw: IDBPDatabase<unknown>, codec: Codec, closed: boolean): Handle {
  return { name: databaseName(key), key, codec, raw, db: databaseOf<Database>(raw, codec), closed }
}

export async function openWorker(key: string, opened: Opened): Promise<{ handle: Handle; created: boolean }> {
  if (current?.key === key && !current.closed) {
    current.codec.opened = opened
    return { handle: current, created: false }
  }
  closeWorker()
  const { raw, created } = await connect(databaseName(key), () => undefined)
  current = handleOf(key, raw, new Codec(key, opened), false)
  return { handle: current, created }
}

// A database without its data key, for its upkeep and for sending. Never made anew: that one is gone has to be noticed
// at the next sign-in.
export async function openLocked(key: string): Promise<Handle | null> {
  const found = await connect(databaseName(key), () => undefined, false).catch(() => null)
  return found && handleOf(key, found.raw, new Codec(key, null), true)
}

export function closeWorker(): void {
  if (!current) return
  // Not db.close(): a sync run may still have an answer to write. The handle is simply no longer the current one, and
  // keeps its data key only until that run is over.
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
    handle.raw = (await connect(handle.name, () => undefined)).raw
    handle.db = databaseOf<Database>(handle.raw, handle.codec)
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
    // Closing it oneself is no `terminated`: unless it is forgotten here, each later use meets the closed one.
    blocking: (_now, _wanted, event) => {
      (event.target as IDBDatabase).close()
      device = null
    },
    terminated: () => {
      device = null
    },
  })
  device.catch(() => {
    device = null
  })
  return device
}
