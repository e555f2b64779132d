// What a phone may do with a database that it cannot open: send what is sealed, note that it arrived, take in a record
// made without entering, forget. No function here needs the data key, and none deletes unsent work.
import { announce } from './changes'
import { storedIn, putStored, type Answer, type StoredCommand } from './boxed'
import { changeWorker, rememberUnsent } from './device'
import { newId, uuidTime } from '../contract/ids'
import { FOLLOW_MS } from './held'
import { write, type Handle } from './open'

const isDue = (row: StoredCommand): boolean => row.over_at === null && row.sealed !== null

// In order of making. What was saved a moment ago may still be undone when the phone opens again; an id from the
// future is of a clock that went back.
export async function mailOf(handle: Handle, now: number): Promise<{ id: string; sealed: string }[]> {
  const rows = await write(handle, ['commands'], (tx) => storedIn<StoredCommand>(tx.objectStore('commands')))
  const settled = (row: StoredCommand): boolean => row.box === null || Math.abs(now - uuidTime(row.id)) > 2 * FOLLOW_MS
  return rows.filter((row) => isDue(row) && settled(row)).map(({ id, sealed }) => ({ id, sealed: sealed! }))
}

export async function noteArrived(handle: Handle, arrived: ReadonlyMap<string, Answer>): Promise<void> {
  const left = await write(handle, ['commands'], async (tx) => {
    const store = tx.objectStore('commands')
    const rows = await storedIn<StoredCommand>(store)
    for (const row of rows) {
      const answer = arrived.get(row.id)
      if (answer && row.over_at === null) await putStored(store, { ...row, over_at: answer.at, answer })
    }
    return rows.filter((row) => row.over_at === null && !arrived.has(row.id)).length
  })
  await rememberUnsent(handle.key, left)
  announce('local', handle.key)
}

/** A record that nobody can read here any more: sealed, put in line, sent as the others. */
export async function dropIn(handle: Handle, sealed: (id: string) => string, now: number): Promise<string> {
  const id = newId(now)
  const left = await write(handle, ['commands'], async (tx) => {
    const store = tx.objectStore('commands')
    await putStored(store, { id, sealed: sealed(id), over_at: null, box: null })
    return (await storedIn<StoredCommand>(store)).filter((row) => row.over_at === null).length
  })
  await rememberUnsent(handle.key, left)
  announce('local', handle.key)
  return id
}

/**
 * The order of a server whose device is lost, or whose worker left; also the last way when a code is forgotten and nothing
 * gives the data key back. Everything goes but what is unsent, and that stays sealed: it can be sent, never read.
 */
export async function forgetAll(handle: Handle): Promise<void> {
  await write(handle, ['commands', 'records', 'pulled', 'drafts', 'meta'], async (tx) => {
    const store = tx.objectStore('commands')
    for (const row of await storedIn<StoredCommand>(store)) {
      if (isDue(row)) await putStored(store, { ...row, box: null })
      else if (row.over_at !== null) await store.delete(row.seq)
    }
    for (const name of ['records', 'pulled', 'drafts'] as const) {
      for (let at = await tx.objectStore(name).openCursor(); at; at = await at.continue()) await at.delete()
    }
    for (let at = await tx.objectStore('meta').openCursor(); at; at = await at.continue()) {
      if (at.value.key !== 'epoch' && at.value.key !== 'clock_offset_ms') await at.delete()
    }
  })
  await changeWorker(handle.key, (row) => ({ ...row, vault: null, ground: null }))
  handle.codec.opened = null
}
