// What a phone may do with a database that it cannot open: send what is sealed, note that it arrived, take in a record
// made without entering, forget. No function here needs the data key, and none deletes unsent work.
import { announce } from './changes'
import { storedIn, putStored, type Answer, type First, type StoredCommand } from './boxed'
import { changeWorker, lastWorkerKey, rememberUnsent, setLastWorker } from './device'
import { uuidTime } from '../contract/ids'
import { FOLLOW_MS } from './held'
import { write, type Handle } from './open'
import { lock } from './state'
import { SaveFailed } from './types'

// Rows of a version that knew no vault have no `over_at` at all.
const isOwed = (row: StoredCommand): boolean => row.over_at == null
const LATER_MS = 6 * 3600_000
const FLAG_LATER_MS = 15 * 60_000

export interface Mail { id: string; sealed: string; first?: First | undefined }

/**
 * What is to be sent, flags first, then in order of making, marked as perhaps gone before it goes. What was saved a moment ago may still be
 * undone when the phone opens again; an id from the future is of a clock that went back.
 */
export async function mailOf(handle: Handle, now: number, flagsAlone = false): Promise<Mail[]> {
  const settled = (row: StoredCommand): boolean => row.box === null || row.first !== undefined || Math.abs(now - uuidTime(row.id)) > 2 * FOLLOW_MS
  const isDue = (row: StoredCommand): boolean => (!flagsAlone || row.first !== undefined) && isOwed(row) && row.sealed !== null && settled(row) && !(row.later && row.later > now && row.later <= now + LATER_MS)
  try {
    return await write(handle, ['commands'], async (tx) => {
      const store = tx.objectStore('commands')
      const rows = ordered((await storedIn<StoredCommand>(store)).filter(isDue))
      for (const row of rows) if (row.box !== null && !row.mailed) await putStored(store, { ...row, mailed: true })
      return rows.map(({ id, sealed, first }) => ({ id, sealed: sealed!, first }))
    })
  } catch (error) {
    // A full disk takes no mark. What nobody can open any more can't be changed either: it may go.
    if (!(error instanceof SaveFailed) || error.reason !== 'quota') throw error
    const rows = await write(handle, ['commands'], (tx) => storedIn<StoredCommand>(tx.objectStore('commands')))
    return ordered(rows.filter((row) => isDue(row) && (row.box === null || row.mailed === true))).map(({ id, sealed, first }) => ({ id, sealed: sealed!, first }))
  }
}

/** What the server said of what was sent. Only an answer to the very text that lies here counts. */
export async function noteAnswers(handle: Handle, sent: readonly Mail[], arrived: ReadonlyMap<string, Answer>, refused: ReadonlySet<string>, now: number): Promise<void> {
  const texts = new Map(sent.map(({ id, sealed }) => [id, sealed]))
  const note = (mayWrite: boolean) => write(handle, ['commands'], async (tx) => {
    const store = tx.objectStore('commands')
    const rows = await storedIn<StoredCommand>(store)
    for (const row of rows) {
      if (!isOwed(row) || texts.get(row.id) !== row.sealed) continue
      const answer = arrived.get(row.id)
      if (answer && mayWrite) await putStored(store, { ...row, over_at: answer.at, answer })
      else if (answer) await store.delete(row.seq)
      else if (refused.has(row.id) && mayWrite) await putStored(store, { ...row, later: now + (row.first ? FLAG_LATER_MS : LATER_MS) })
    }
    return (await storedIn<StoredCommand>(store)).filter(isOwed).length
  })
  const left = await note(true).catch((error: unknown) => {
    // On a full disk the answer cannot be written, only the command deleted.
    if (!(error instanceof SaveFailed) || error.reason !== 'quota') throw error
    return note(false)
  })
  await rememberUnsent(handle.key, left)
  announce('local', handle.key)
}

export async function countOwed(handle: Handle): Promise<number> {
  const left = (await write(handle, ['commands'], (tx) => storedIn<StoredCommand>(tx.objectStore('commands')))).filter(isOwed).length
  await rememberUnsent(handle.key, left)
  return left
}

const ordered = (rows: StoredCommand[]): StoredCommand[] => rows.sort((a, b) => (a.first ?? 3) - (b.first ?? 3) || a.seq - b.seq)

/** Records that nobody can read here any more: sealed, put in line together or not at all, sent as the others. */
export async function dropIn(handle: Handle, made: readonly Mail[]): Promise<void> {
  await write(handle, ['commands'], async (tx) => {
    for (const { id, sealed, first } of made) await putStored(tx.objectStore('commands'), { id, sealed, over_at: null, box: null, ...(first ? { first } : {}) })
  })
  await countOwed(handle).catch(() => undefined)
  announce('local', handle.key)
  announce('wake', null) // the engine of a shut phone
}

/**
 * The order of a server whose device is lost, or whose worker left; also the last way when a code is forgotten and nothing
 * gives the data key back. Everything goes but what is unsent, and that stays sealed: it can be sent, never read. What
 * could not be sealed keeps its box, and the phone its vault.
 */
export async function forgetAll(handle: Handle): Promise<void> {
  const unsealed = await write(handle, ['commands', 'records', 'pulled', 'drafts', 'meta'], async (tx) => {
    const store = tx.objectStore('commands')
    // Written once more while the key is at hand: what has no seal yet gets one.
    if (handle.codec.opened) for (const row of await store.getAll()) if (row.sealed === null && row.body !== null) await store.put(row)
    let without = 0
    for (const row of await storedIn<StoredCommand>(store)) {
      if (!isOwed(row)) await store.delete(row.seq)
      else if (row.sealed !== null && 'box' in row) await putStored(store, { ...row, box: null })
      else without += 1
    }
    for (const name of ['records', 'pulled', 'drafts'] as const) {
      for (let at = await tx.objectStore(name).openCursor(); at; at = await at.continue()) await at.delete()
    }
    for (let at = await tx.objectStore('meta').openCursor(); at; at = await at.continue()) {
      if (at.value.key !== 'epoch' && at.value.key !== 'clock_offset_ms') await at.delete()
    }
    return without
  })
  if (unsealed === 0) await changeWorker(handle.key, (row) => ({ ...row, vault: null, ground: null }))
  handle.codec.opened = null
  // Who finds the phone must not be asked to choose a code for it.
  if ((await lastWorkerKey()) === handle.key) await setLastWorker(null)
  if (lock.value?.key === handle.key) lock.value = null
}
