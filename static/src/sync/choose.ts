// Which commands go in the next request. Pure: rows in, rows out.
import { MAX_BYTES, MAX_COMMANDS } from '../contract/commands'
import { isHeld } from '../store/held'
import type { CommandRow, Lane } from '../store/rows'
import { toWire } from '../store/wire'
import { MOST_MS } from './backoff'

export interface Limits { commands: number; bytes: number }
export const FULL: Limits = { commands: MAX_COMMANDS, bytes: MAX_BYTES - 1024 } // room for the envelope

const utf8 = new TextEncoder()
export const sizeOf = (row: CommandRow): number => utf8.encode(JSON.stringify(toWire(row))).length + 1

// A wait further ahead than any we set is a clock that went back.
const isDue = (row: CommandRow, now: number): boolean =>
  (row.state === 'queued' && (row.next_try_at === null || row.next_try_at <= now || row.next_try_at > now + 8 * MOST_MS)) ||
  (row.state === 'held' && !isHeld(row, now))

export const laneOf = (row: CommandRow): Lane => (row.name.startsWith('protection.') ? 'flag' : row.urgent ? 'urgent' : 'normal')

type Ground = 'there' | 'with_it' | 'later' | 'lost'

// What stands between a command and what it comes after. A replaced command stands where its replacement stands.
function groundOf(id: string, byId: ReadonlyMap<string, CommandRow>, chosen: ReadonlySet<string>): Ground {
  let row = byId.get(id)
  while (row?.replaced_by) row = byId.get(row.replaced_by)
  if (!row || row.state === 'delivered' || row.state === 'withdrawn') return 'there' // withdrawn: the server says so itself
  if (chosen.has(row.id)) return 'with_it'
  return row.state === 'needs_you' ? 'lost' : 'later'
}

const indexed = (rows: readonly CommandRow[]): Map<string, CommandRow> => new Map(rows.map((row) => [row.id, row]))

// The oldest first, each after what it needs, within count and size. A command that is too large alone goes alone:
// push.ts marks it without asking the server.
export function chooseNormal(rows: readonly CommandRow[], limits: Limits, now: number): CommandRow[] {
  const byId = indexed(rows)
  const chosen = new Set<string>()
  const found: CommandRow[] = []
  let bytes = 0
  for (const row of rows) {
    if (row.urgent || !isDue(row, now)) continue // urgent ones have their own lane
    if (!row.after.every((id) => ['there', 'with_it'].includes(groundOf(id, byId, chosen)))) continue
    const size = sizeOf(row)
    if (found.length && (found.length >= limits.commands || bytes + size > limits.bytes)) break
    found.push(row)
    chosen.add(row.id)
    bytes += size
  }
  return found
}

const isRaised = (row: CommandRow): boolean => row.name === 'protection.raise'

// One urgent command with its undelivered ancestors, in a small request of its own. Ancestors go along even while the
// other lane is sending them: the server knows them by id, and waiting for that answer could take a minute.
export function chooseUrgent(rows: readonly CommandRow[], now: number, lane: Lane = 'urgent'): CommandRow[] {
  const byId = indexed(rows)
  const due = rows.filter((row) => laneOf(row) === lane && isDue(row, now))
  // What is added to one flag waits for another that nobody has heard of yet. One at which the line or the server breaks off
  // each time doesn't hold back the others: the least tried goes first.
  const first = (row: CommandRow): number => (isRaised(row) ? 0 : 1)
  for (const row of due.sort((a, b) => first(a) - first(b) || a.tries - b.tries || a.seq - b.seq)) {
    const family = new Map<string, CommandRow>()
    if (gather(row, byId, family, now)) return [...family.values()].sort((a, b) => a.seq - b.seq)
  }
  return []
}

function gather(row: CommandRow, byId: ReadonlyMap<string, CommandRow>, family: Map<string, CommandRow>, now: number): boolean {
  if (family.has(row.id)) return true
  family.set(row.id, row)
  return row.after.every((id) => {
    let before = byId.get(id)
    while (before?.replaced_by) before = byId.get(before.replaced_by)
    if (!before || before.state === 'delivered' || before.state === 'withdrawn') return true
    if (before.state === 'needs_you' || isHeld(before, now)) return false
    return gather(before, byId, family, now)
  })
}

// When a command can go: after its own wait and those of all it comes after; null while one of them needs the worker.
function dueAt(row: CommandRow, byId: ReadonlyMap<string, CommandRow>, now: number, seen: ReadonlySet<string> = new Set()): number | null {
  if (row.state === 'delivered' || row.state === 'withdrawn' || row.state === 'sending') return 0
  if (row.state === 'needs_you' || seen.has(row.id)) return null
  let due = isDue(row, now) ? 0 : row.state === 'held' ? row.held_until! : row.next_try_at!
  for (const id of row.after) {
    let before = byId.get(id)
    while (before?.replaced_by) before = byId.get(before.replaced_by)
    if (!before) continue
    const at = dueAt(before, byId, now, new Set([...seen, row.id]))
    if (at === null) return null
    due = Math.max(due, at)
  }
  return due
}

// When the next thing becomes due in a lane; null when nothing is in line.
export function nextDue(rows: readonly CommandRow[], lane: Lane, now: number): number | null {
  const byId = indexed(rows)
  let next: number | null = null
  for (const row of rows) {
    if (laneOf(row) !== lane || (row.state !== 'queued' && row.state !== 'held')) continue
    // Behind one in flight it is that answer which wakes the engine, not the clock.
    if (lane === 'normal' && row.after.some((id) => byId.get(id)?.state === 'sending')) continue
    const due = dueAt(row, byId, now)
    if (due !== null && (next === null || due < next)) next = due
  }
  return next === null ? null : Math.max(next, now)
}
