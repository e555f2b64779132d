// Single values of one worker's database.
import { read, type Handle, type Write } from './open'
import type { Meta } from './rows'

export async function readMeta<K extends keyof Meta>(handle: Handle, key: K): Promise<Meta[K] | null> {
  return read(handle, async (db) => ((await db.get('meta', key))?.value as Meta[K] | undefined) ?? null)
}

export async function metaIn<K extends keyof Meta>(tx: Write, key: K): Promise<Meta[K] | null> {
  return ((await tx.objectStore('meta').get(key))?.value as Meta[K] | undefined) ?? null
}

export async function setMeta<K extends keyof Meta>(tx: Write, key: K, value: Meta[K] | null): Promise<void> {
  if (value === null) await tx.objectStore('meta').delete(key)
  else await tx.objectStore('meta').put({ key, value })
}
