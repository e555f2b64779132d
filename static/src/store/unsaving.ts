// Taking a command out before it ever left. What speaks of the same record goes with it; what only came later stays:
// who was named there is told of by herself, and the rest waits for that. Loaded when something is taken back.
import type { Bodies } from '../contract/commands'
import { change, neverSent, plan } from './outbox'
import type { Write } from './open'
import type { CommandRow } from './rows'
import { asRegistered, freedOf, isOnly, isOver, needsChange, personsIn, speaksOf, unknownOf } from './standing'
import { people } from './state'

type Named = { name: Bodies['encounters.complete']['names'][number]; record: CommandRow | undefined }

/** False, and nothing is changed, when any of it may have gone, or when work done since would lose its ground. */
export function unsave(ids: string | readonly string[], mayGo: (row: CommandRow) => boolean): Promise<boolean> {
  const first = [ids].flat()
  return change(async (tx) => {
    const store = tx.objectStore('commands')
    const rows = await store.getAll()
    const goes = new Map(rows.filter((row) => first.includes(row.id)).map((row) => [row.id, row]))
    if (!goes.size) return false
    const gone = new Set<string>(first)
    for (const row of [...rows].reverse()) if (row.replaced_by && gone.has(row.replaced_by)) gone.add(row.id)
    const stays: CommandRow[] = []
    for (const row of rows) {
      if (goes.has(row.id) || !row.after.some((id) => gone.has(id))) continue
      if ([...goes.values()].some((made) => speaksOf(row, made)) || isOnly(row, new Set([...goes.values()].map((made) => made.record_id)))) {
        goes.set(row.id, row)
        gone.add(row.id)
      } else if (!isOver(row)) stays.push(row)
    }
    if (![...goes.values()].every(mayGo) || !stays.every(neverSent)) return false
    if (stays.some((row) => [...goes.values()].some((made) => needsChange(row, made)))) return false
    const records = new Set([...goes.values()].map((row) => row.record_id))
    const named = [...goes.values()].filter((row) => row.name === 'encounters.complete' && row.body !== null).flatMap((row) => (
      (row.body as Bodies['encounters.complete']).names.map((name): Named => ({ name, record: [...goes.values()].find((each) => each.name === 'encounters.record' && each.record_id === row.record_id) }))
    ))
    const left = rows.filter((row) => !goes.has(row.id))
    const made = await registered(tx, named, stays, left)
    for (const row of stays) {
      const freed = freedOf(row, records, [...goes.values()])
      // What the one that is gone came after, a redirect that now takes its place comes after, too.
      const behind = row.name === 'referrals.send' ? [...goes.values()].filter((each) => row.after.includes(each.id)).flatMap((each) => each.after) : []
      await store.put({ ...row, body: freed, after: standingOn({ ...row, after: [...new Set([...row.after, ...behind])] }, gone, made) } as CommandRow)
      const record = freed !== row.body && row.record_id ? await tx.objectStore('records').get(row.record_id) : undefined
      if (record?.command_id === row.id) await tx.objectStore('records').put({ ...record, body: freed } as typeof record)
    }
    for (const each of goes.values()) {
      await store.delete(each.seq)
      const record = each.record_id ? await tx.objectStore('records').get(each.record_id) : undefined
      if (record?.command_id === each.id) await tx.objectStore('records').delete(record.id)
    }
    return true
  })
}

/** Registers those of the named whom what stays speaks of and nothing else makes known. Gives the commands, by person. */
export async function registered(tx: Write, named: readonly Named[], stays: readonly CommandRow[], left: readonly CommandRow[]): Promise<Map<string, string>> {
  const wanted = unknownOf(stays.flatMap((row) => personsIn(row.body)), left, people.value)
  const made = new Map<string, string>()
  for (const { name, record } of named) {
    if (!wanted.has(name.person_id) || made.has(name.person_id)) continue
    const command = plan({ name: 'people.register', body: asRegistered(name, record), record_id: null, now: Date.now() })
    await tx.objectStore('commands').add(command as CommandRow)
    made.set(name.person_id, command.id)
  }
  return made
}

export const standingOn = (row: CommandRow, gone: ReadonlySet<string>, made: ReadonlyMap<string, string>): string[] =>
  [...new Set([...row.after.filter((id) => !gone.has(id)), ...personsIn(row.body).flatMap((id) => made.get(id) ?? [])])]
