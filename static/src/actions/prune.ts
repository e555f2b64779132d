// An unsent record was changed in place: what waits behind it must not speak of those who are no longer in it, or the
// server would refuse it whole.
import type { Bodies } from '../contract/commands'
import type { Write } from '../store/open'
import { neverSent, plan } from '../store/outbox'
import type { CommandRow } from '../store/rows'
import { isOver } from '../store/standing'
import { registered, standingOn } from '../store/unsaving'

type One = { participation_id: string | null }

// The body without them; null when nothing is left of it.
function without(row: CommandRow, there: ReadonlySet<string>): unknown {
  const body = row.body as Record<string, unknown>
  const still = <T extends One>(list: T[]): T[] => list.filter((one) => one.participation_id === null || there.has(one.participation_id))
  if (row.name === 'encounters.complete') {
    const { names, note, needs, outcome } = body as unknown as Bodies['encounters.complete']
    const left = still(names)
    return left.length || note || needs.length || outcome ? { ...body, names: left } : null
  }
  const key = row.name === 'encounters.link' ? 'links' : row.name === 'encounters.offer' ? 'offers' : null
  if (key) {
    const left = still(body[key] as One[])
    return left.length ? { ...body, [key]: left } : null
  }
  return row.name === 'encounters.unlink' && !still([body as unknown as One]).length ? null : body
}

/** `there`: the participations that the record has now. */
export async function prune(tx: Write, recordId: string, record: CommandRow, there: ReadonlySet<string>, now: number): Promise<void> {
  const store = tx.objectStore('commands')
  const rows = await store.getAll()
  const speaking = rows.filter((row) => row.record_id === recordId && !isOver(row) && row.state !== 'sending' && row.body !== null && row.id !== record.id)
  const changed = speaking.map((row) => ({ row, body: without(row, there) })).filter(({ row, body }) => body === null || JSON.stringify(body) !== JSON.stringify(row.body))
  if (!changed.length) return
  const gone = new Set(changed.filter(({ row, body }) => body === null && neverSent(row)).map(({ row }) => row.id))
  const named = changed.filter(({ row }) => row.name === 'encounters.complete')
    .flatMap(({ row }) => (row.body as Bodies['encounters.complete']).names.filter((name) => !there.has(name.participation_id)).map((name) => ({ name, record })))
  for (const { row, body } of changed) {
    if (neverSent(row)) {
      if (body === null) await store.delete(row.seq)
      else await store.put({ ...row, body })
    } else if (body !== null) {
      // The server may know it by its number as it was: the rest goes under another.
      const next = plan({ name: row.name, body: body as never, record_id: recordId, after: row.after, replaces: row.id, occurred_at: row.occurred_at, now })
      await store.put({ ...row, state: 'withdrawn', replaced_by: next.id })
      await store.add(next as CommandRow)
    }
  }
  const left = await store.getAll()
  const stays = left.filter((row) => !isOver(row) && row.id !== record.id && neverSent(row))
  const made = await registered(tx, named, stays, left)
  for (const row of stays) {
    const after = standingOn(row, gone, made)
    if (after.length !== row.after.length || after.some((id, at) => id !== row.after[at])) await store.put({ ...row, after })
  }
}
