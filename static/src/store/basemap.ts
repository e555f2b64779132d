// The city's map file on this phone, in pieces as they came: in the browser's own files (OPFS), else in a database of its
// own. Open data of the city, so in clear; apart from everybody's records, so that neither can harm the other.
import { openDB } from 'idb'
import { SaveFailed } from './types'

export const PIECE = 256 * 1024
const ROOM = 30 * 1024 * 1024 // what records need is never taken by a map

export interface MapFile { sha256: string; size_bytes: number; made_at: string; address: string }
export interface MapChoice { wifiOnly: boolean }

interface Shelf {
  has: (n: number, size: number) => Promise<boolean>
  put: (n: number, bytes: ArrayBuffer) => Promise<void>
  parts: (count: number) => Promise<BlobPart[]>
}

const keyOf = (city: number, which: 'kept' | 'coming'): string => `vinculo.map.${city}.${which}`
const CHOICE = 'vinculo.map'

function remembered<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null
  } catch {
    return null
  }
}

function remember(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch (error) {
    throw new SaveFailed('quota', error)
  }
}

export const mapChoice = (): MapChoice => ({ wifiOnly: true, ...remembered<MapChoice>(CHOICE) })
export const setMapChoice = (choice: MapChoice): void => remember(CHOICE, choice)
export const keptMap = (city: number): MapFile | null => remembered<MapFile>(keyOf(city, 'kept'))
export const comingMap = (city: number): MapFile | null => remembered<MapFile>(keyOf(city, 'coming'))

const folderOf = (city: number, sha256: string): string => `map-${city}-${sha256}`
const piecesOf = (file: MapFile): number => Math.ceil(file.size_bytes / PIECE)
export const sizeOf = (file: MapFile, n: number): number => Math.min(PIECE, file.size_bytes - n * PIECE)

/** The browser's own files, where they can be written; Safari before 26 only reads them. */
async function filesRoot(): Promise<FileSystemDirectoryHandle | null> {
  if (typeof FileSystemFileHandle === 'undefined' || !('createWritable' in FileSystemFileHandle.prototype)) return null
  return navigator.storage.getDirectory().catch(() => null)
}

async function filesIn(root: FileSystemDirectoryHandle, folder: string): Promise<Shelf> {
  const here = await root.getDirectoryHandle(folder, { create: true })
  const file = async (n: number): Promise<File | null> => {
    const handle = await here.getFileHandle(String(n)).catch(() => null)
    return handle && handle.getFile()
  }
  return {
    has: async (n, size) => (await file(n))?.size === size,
    async put(n, bytes) {
      const writing = await (await here.getFileHandle(String(n), { create: true })).createWritable()
      try {
        await writing.write(bytes)
        await writing.close() // only now does it take the place of what was there
      } catch (error) {
        await writing.abort().catch(() => undefined)
        throw error
      }
    },
    parts: async (count) => {
      const found = await Promise.all(Array.from({ length: count }, (_, n) => file(n)))
      return found.filter((each) => each !== null)
    },
  }
}

async function openPieces() {
  return openDB<{ pieces: { key: [string, number]; value: ArrayBuffer } }>('vinculo-map', 1, {
    upgrade: (fresh) => { fresh.createObjectStore('pieces'); },
    blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
  })
}

function rows(folder: string): Shelf {
  const during = async <T>(work: (db: Awaited<ReturnType<typeof openPieces>>) => Promise<T>): Promise<T> => {
    const db = await openPieces()
    try {
      return await work(db)
    } finally {
      db.close()
    }
  }
  return {
    has: (n, size) => during(async (db) => (await db.get('pieces', [folder, n]))?.byteLength === size),
    put: (n, bytes) => during(async (db) => {
      const tx = db.transaction('pieces', 'readwrite')
      // A full disk shows up as abort: tx.done rejects on it, the request alone would not.
      await Promise.all([tx.store.put(bytes, [folder, n]).catch(() => undefined), tx.done])
    }),
    parts: (count) => during(async (db) => {
      const found = await Promise.all(Array.from({ length: count }, (_, n) => db.get('pieces', [folder, n])))
      return found.filter((each) => each !== undefined)
    }),
  }
}

async function shelfOf(city: number, file: MapFile): Promise<Shelf> {
  const [folder, root] = [folderOf(city, file.sha256), await filesRoot()]
  return root ? filesIn(root, folder) : rows(folder)
}

/** Which pieces are still missing: after a cut the rest is all that has to come. */
export async function missingPieces(city: number, file: MapFile): Promise<number[]> {
  const shelf = await shelfOf(city, file)
  const all = Array.from({ length: piecesOf(file) }, (_, n) => n)
  const here = await Promise.all(all.map((n) => shelf.has(n, sizeOf(file, n))))
  return all.filter((n) => !here[n])
}

/** Before the first piece: whether the phone has room for it beside what records need. */
export async function hasRoom(bytes: number): Promise<boolean> {
  const { usage, quota } = await navigator.storage.estimate().catch(() => ({ usage: undefined, quota: undefined }))
  return usage === undefined || quota === undefined || quota - usage > bytes + ROOM
}

/** Raises SaveFailed('quota') on a full phone. */
export async function putPiece(city: number, file: MapFile, n: number, bytes: ArrayBuffer): Promise<void> {
  try {
    remember(keyOf(city, 'coming'), file)
    await (await shelfOf(city, file)).put(n, bytes)
  } catch (error) {
    throw error instanceof SaveFailed ? error : new SaveFailed((error as Error)?.name === 'QuotaExceededError' ? 'quota' : 'aborted', error)
  }
}

/** All pieces are here: checked by hash, they take the place of the map of before; broken, they go. */
export async function finish(city: number, file: MapFile): Promise<boolean> {
  const blob = await blobOf(city, file)
  if (blob === null || (await digest(blob)) !== file.sha256) {
    await dropFolder(folderOf(city, file.sha256))
    remember(keyOf(city, 'coming'), null)
    return false
  }
  const before = keptMap(city)
  remember(keyOf(city, 'kept'), file)
  remember(keyOf(city, 'coming'), null)
  if (before && before.sha256 !== file.sha256) await dropFolder(folderOf(city, before.sha256))
  return true
}

async function digest(blob: Blob): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function blobOf(city: number, file: MapFile): Promise<Blob | null> {
  const blob = new Blob(await (await shelfOf(city, file)).parts(piecesOf(file)))
  return blob.size === file.size_bytes ? blob : null
}

/** The map that is fit for use; null without one, or when the browser took some of it away. */
export async function mapBlob(city: number): Promise<{ file: MapFile; blob: Blob } | null> {
  const file = keptMap(city)
  const blob = file && (await blobOf(city, file).catch(() => null))
  return file && blob && { file, blob }
}

export async function dropMaps(city: number): Promise<void> {
  for (const which of ['kept', 'coming'] as const) {
    const file = remembered<MapFile>(keyOf(city, which))
    if (file) await dropFolder(folderOf(city, file.sha256))
    remember(keyOf(city, which), null)
  }
}

/** What was begun of a file that is no longer the newest. */
export async function dropComing(city: number): Promise<void> {
  const file = comingMap(city)
  if (file && file.sha256 !== keptMap(city)?.sha256) await dropFolder(folderOf(city, file.sha256))
  remember(keyOf(city, 'coming'), null)
}

async function dropFolder(folder: string): Promise<void> {
  const root = await filesRoot()
  if (root) return root.removeEntry(folder, { recursive: true }).catch(() => undefined)
  const db = await openPieces()
  await db.delete('pieces', IDBKeyRange.bound([folder, 0], [folder, Infinity]))
  db.close()
}
