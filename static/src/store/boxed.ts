// The database as the rest of the store sees it: whole rows, while on the disk each lies as a box that only the data key
// opens. Outside the box stay ids, the type of what was pulled, and what a locked phone needs to go on sending and to
// forget in time: the sealed command and when it was over.
import type { IDBPDatabase, IDBPObjectStore } from 'idb'
import type { CommandRow } from './rows'
import { uuidTime } from '../contract/ids'
import { mark } from '../contract/words'
import { boxOf, openBox, type Sealer } from './vault'

export interface Opened { key: Uint8Array; sealer: Sealer | null }
export class Locked extends Error {}

type Any = Record<string, unknown>
export interface StoredCommand {
  seq: number
  id: string
  sealed: string | null
  over_at: number | null
  box: Uint8Array | null
  mailed?: boolean // a shut phone may have sent it
  first?: First // a shut phone sends it before the others: of a flag, of which it says nothing else
  later?: number // the server would not have it: not again before
  answer?: Answer
}
/** A flag, or what is added to one. */
export type First = 1 | 2
/** What the server said while the phone was locked, to be written into the row when it opens. */
export interface Answer { status: 'done' | 'repeated'; receipt: string | null; at: number }

const OUTSIDE: Record<string, readonly string[]> = {
  records: ['id', 'command_id'],
  pulled: ['type', 'id', 'listing'],
  drafts: ['kind'],
}
// Values of `meta` that tell of nobody. The others are boxed.
const OPEN_META: readonly unknown[] = ['cursor', 'listing', 'epoch', 'last_success_at', 'seen', 'contact_at', 'clock_offset_ms', 'clock_seen', 'vanished_unsent']

const placeOf = (of: string, store: string, row: Any): string =>
  [of, store, store === 'pulled' ? row['type'] : '', row['kind'] ?? row['key'] ?? row['id']].join('/')

const isOver = (row: CommandRow): boolean => row.state === 'delivered' || row.state === 'withdrawn'

/** A command as a locked phone sends it: everything but its id is sealed, and whose it is. */
export const sealedContent = ({ id, name, version, occurred_at, after, replaces, body }: Omit<CommandRow, 'seq'>, of: string): string =>
  JSON.stringify({ id, worker_id: workerOf(of), name, version, occurred_at, after, replaces, body })

/** A database's key is `<municipality>-<worker>`. */
export const workerOf = (key: string): string => key.slice(key.indexOf('-') + 1)

export class Codec {
  opened: Opened | null
  constructor(readonly of: string, opened: Opened | null) {
    this.opened = opened
  }

  close(store: string, row: Any): Any {
    if (store === 'meta' && OPEN_META.includes(row['key'])) return row
    if (!this.opened) throw new Locked()
    if (store === 'commands') return this.closeCommand(row as unknown as CommandRow)
    const outside = Object.fromEntries((OUTSIDE[store] ?? ['key']).map((name) => [name, row[name]]))
    return { ...outside, box: boxOf(this.opened.key, placeOf(this.of, store, row), row) }
  }

  private closeCommand(row: CommandRow): Any {
    const over = isOver(row)
    // Sealed anew at each change, so that what leaves a locked phone is what was saved last.
    const stale = row.body !== null && (!over || row.sealed === null)
    const sealed = stale ? this.opened!.sealer?.seal(sealedContent(row, this.of)) ?? null : row.sealed
    const { seq, ...inside } = { ...row, sealed: row.sealed_body ? row.sealed : null }
    const box = boxOf(this.opened!.key, placeOf(this.of, 'commands', row as unknown as Any), inside)
    // `seq` must be absent, not undefined: only then does the store number the row.
    return { ...(seq === undefined ? {} : { seq }), id: row.id, sealed: row.sealed_body ? null : sealed, mailed: row.tries > 0, ...(row.name.startsWith('protection.') ? { first: row.name.endsWith('raise') ? 1 : 2 } : {}), over_at: over ? row.delivered_at ?? row.last_try_at ?? row.created_at : null, box }
  }

  open(store: string, stored: Any | undefined): Any | undefined {
    // A row of a version that knew no vault lies in clear until the vault is made.
    if (stored === undefined || !('box' in stored)) {
      // Its seal held the body alone: it travels as it did then.
      const old = store === 'commands' && stored?.['sealed'] && stored['body'] === null
      return old ? { ...stored, sealed_body: true } : stored
    }
    if (!this.opened) {
      const { box: _, ...outside } = stored
      return outside
    }
    if (store === 'commands') return this.openCommand(stored as unknown as StoredCommand) as unknown as Any
    return this.unbox<Any>(store, stored)
  }

  // A box of another key (its code was forgotten) or a torn one is as if it were not there: it must not shut the others.
  private unbox<T>(store: string, stored: Any): T | undefined {
    try {
      return openBox<T>(this.opened!.key, placeOf(this.of, store, stored), stored['box'] as Uint8Array)
    } catch {
      return undefined
    }
  }

  private openCommand({ seq, id, sealed, box, answer, over_at, mailed, first }: StoredCommand): CommandRow {
    const inside = box && this.unbox<Omit<CommandRow, 'seq'>>('commands', { id, box })
    const row: CommandRow = { ...(inside ?? unreadable(id, over_at, first)), seq, sealed: inside?.sealed_body ? inside.sealed : sealed }
    // The server may have heard of it while the phone was shut: from then on it is no longer this phone's alone.
    if (mailed && row.tries === 0) row.tries = 1
    if (!answer || isOver(row)) return row
    return { ...row, state: 'delivered', lane: null, verdict: answer.status, receipt: answer.receipt, problem: null, next_try_at: null, delivered_at: answer.at }
  }
}

// Recorded without entering, or kept when the code was forgotten: it can be sent and counted, never read here.
function unreadable(id: string, over_at: number | null, first?: First): Omit<CommandRow, 'seq'> {
  const made = uuidTime(id)
  return {
    id, name: first ? (first === 1 ? 'protection.raise' : 'protection.tell_call') : 'encounters.record', version: 1, occurred_at: new Date(made).toISOString(), after: [], replaces: null, body: null, sealed: null, record_id: null,
    what: { key: first ? mark('Alerta') : mark('Registro fechado: só a central lê'), values: {} }, urgent: Boolean(first), state: over_at === null ? 'queued' : 'delivered', lane: null,
    verdict: null, replaced_by: null, created_at: made, held_until: null, tries: 0, last_try_at: null, next_try_at: null,
    problem: null, receipt: null, delivered_at: over_at,
  }
}

// The few calls of idb that the store makes, each with its row opened or closed. No step waits for anything but the
// database itself, so that a transaction stays alive.
type Raw = IDBPObjectStore<unknown, string[], string, IDBTransactionMode>

function storeOf(raw: Raw, codec: Codec): unknown {
  const name = raw.name
  const open = (row: unknown) => codec.open(name, row as Any | undefined)
  const openAll = (rows: unknown[]) => rows.map(open).filter((row) => row !== undefined)
  return {
    get: async (key: IDBValidKey) => open(await raw.get(key)),
    getAll: async (query?: IDBValidKey) => openAll(await raw.getAll(query)),
    put: async (row: Any) => raw.put!(codec.close(name, row)),
    add: async (row: Any) => raw.add!(codec.close(name, row)),
    delete: (key: IDBValidKey) => raw.delete!(key),
    index: (index: string) => ({
      get: async (key: IDBValidKey) => open(await raw.index(index as never).get(key)),
      getAll: async (key: IDBValidKey) => openAll(await raw.index(index as never).getAll(key)),
    }),
    openCursor: async () => cursorOf(await raw.openCursor(), open),
    stored: () => raw.getAll(),
    putStored: (row: unknown) => raw.put!(row),
  }
}

/** Rows as they lie on the disk, boxes shut: for what a locked phone may do. */
export const storedIn = <T>(store: unknown): Promise<T[]> => (store as { stored: () => Promise<T[]> }).stored()
export const putStored = (store: unknown, row: object): Promise<unknown> => (store as { putStored: (row: object) => Promise<unknown> }).putStored(row)

interface RawCursor { value: unknown; delete?: () => Promise<void>; continue: () => Promise<RawCursor | null> }
function cursorOf(raw: RawCursor | null, open: (row: unknown) => unknown): unknown {
  return raw && {
    get value() { return open(raw.value) },
    delete: () => raw.delete!(),
    continue: async () => cursorOf(await raw.continue(), open),
  }
}

export interface RawTransaction { objectStore: (name: never) => unknown; done: Promise<void>; error: DOMException | null; abort: () => void }

export function transactionOf<T>(raw: RawTransaction, codec: Codec): T {
  return {
    objectStore: (name: string) => storeOf(raw.objectStore(name as never) as Raw, codec),
    get done() { return raw.done },
    get error() { return raw.error },
    abort: () => raw.abort(),
  } as T
}

export function databaseOf<T>(raw: IDBPDatabase<unknown>, codec: Codec): T {
  const all = (name: string, rows: unknown[]) => rows.map((row) => codec.open(name, row as Any)).filter((row) => row !== undefined)
  return {
    get name() { return raw.name },
    get: async (name: string, key: IDBValidKey) => codec.open(name, (await raw.get(name, key)) as Any | undefined),
    getAll: async (name: string) => all(name, await raw.getAll(name)),
    getAllFromIndex: async (name: string, index: string, key: IDBValidKey) => all(name, await raw.getAllFromIndex(name, index, key)),
    put: async (name: string, row: Any) => raw.put(name, codec.close(name, row)),
    delete: (name: string, key: IDBValidKey) => raw.delete(name, key),
    count: (name: string) => raw.count(name),
    transaction: (names: string[], mode?: IDBTransactionMode, options?: IDBTransactionOptions) =>
      transactionOf(raw.transaction(names, mode ?? 'readonly', options) as unknown as RawTransaction, codec),
    close: () => raw.close(),
  } as T
}
