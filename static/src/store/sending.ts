// The outbox as the engine sees it. No function here deletes unsent work, whatever the server said or did not say.
import { mark } from '../contract/words'
import { OUTCOME_STATUSES, type Outcome, type ProblemView } from '../contract/commands'
import type { Me } from '../contract/pull'
import { isBack } from './back'
import { announce } from './changes'
import { loadLocal } from './load'
import { readMeta, setMeta } from './meta'
import { read, write, type Handle, type StoreName, type Write } from './open'
import type { CommandRow, Lane, PulledRow } from './rows'
import { unlessFull } from './types'

export async function unsentRows(handle: Handle): Promise<CommandRow[]> {
  return (await allRows(handle)).filter((row) => row.state !== 'delivered' && row.state !== 'withdrawn')
}

export const allRows = (handle: Handle): Promise<CommandRow[]> => read(handle, (db) => db.getAll('commands'))

async function changing(handle: Handle, work: (tx: Write) => Promise<boolean>, stores: StoreName[] = ['commands', 'records']): Promise<void> {
  if (await write(handle, stores, work)) {
    announce('local', handle.key)
    await loadLocal(handle)
  }
}

// Called only under the lane's lock: whoever was sending there is dead. It counts as a try: the request may have arrived,
// and from then on the record is no longer this phone's alone to take back.
export function requeueSending(handle: Handle, lane: Lane): Promise<void> {
  return changing(handle, async (tx) => {
    const stuck = (await tx.objectStore('commands').getAll()).filter((row) => row.state === 'sending' && row.lane === lane)
    for (const row of stuck) await tx.objectStore('commands').put({ ...row, state: 'queued', lane: null, tries: row.tries + 1 })
    return stuck.length > 0
  }).catch(unlessFull)
}

export async function markSending(handle: Handle, lane: Lane, choose: (rows: CommandRow[]) => CommandRow[]): Promise<CommandRow[]> {
  let chosen: CommandRow[] = []
  await changing(handle, async (tx) => {
    const rows = await tx.objectStore('commands').getAll()
    chosen = handle.codec.opened ? choose(rows) : [] // shut a moment ago, rows are ids and boxes; they leave as they lie
    for (const row of chosen) {
      // An ancestor that the other lane is sending goes along, and stays the other lane's.
      if (row.state !== 'sending') await tx.objectStore('commands').put({ ...row, state: 'sending', lane, held_until: null })
    }
    return chosen.length > 0
  }).catch(async (error: unknown) => {
    unlessFull(error)
    const stuck = (row: CommandRow): boolean => row.state === 'sending' && row.lane === lane
    const rows = (await allRows(handle)).map((row) => (stuck(row) ? { ...row, state: 'queued', lane: null, next_try_at: null } as CommandRow : row))
    chosen = handle.codec.opened ? choose(rows) : []
  })
  return chosen
}

// No answer, or an answer that says nothing of these commands: back in line, one try more.
export function backInLine(handle: Handle, lane: Lane, ids: readonly string[], nextTryAt: number | null, now: number): Promise<void> {
  return changing(handle, async (tx) => {
    for (const id of ids) {
      const row = await tx.objectStore('commands').index('id').get(id)
      if (row?.state !== 'sending' || row.lane !== lane) continue
      await tx.objectStore('commands').put({ ...row, state: 'queued', lane: null, tries: row.tries + 1, last_try_at: now, next_try_at: nextTryAt })
    }
    return ids.length > 0
  })
}

const NO_REASON: ProblemView = { code: 'sync.no_reason', title: mark('O servidor não aceitou este registro.'), fields: {} }
const REASONS: Partial<Record<string, ProblemView>> = {
  conflict: { code: 'sync.conflict', title: mark('O servidor já tem outro registro com este número.'), fields: {} },
  withdrawn: { code: 'sync.withdrawn', title: mark('O registro do qual este depende foi retirado.'), fields: {} },
}

const knownOutcome = (outcome: unknown): outcome is Outcome =>
  typeof outcome === 'object' && outcome !== null && OUTCOME_STATUSES.includes((outcome as Outcome).status)

export function applyOutcomes(
  handle: Handle, lane: Lane, sent: readonly string[], outcomes: readonly unknown[], now: number, later: (tries: number) => number, mark?: number,
): Promise<void> {
  return changing(handle, async (tx) => {
    const store = tx.objectStore('commands')
    const answers = new Map(outcomes.filter(knownOutcome).map((outcome) => [outcome.id, outcome]))
    const done = new Set<string>()
    const moot = new Set<string>()
    for (const id of sent) {
      const row = await store.index('id').get(id)
      if (!row || row.state === 'delivered') continue // the other lane was quicker: delivered is the last word
      const outcome = answers.get(id)
      const tried = { ...row, lane: null, tries: row.tries + 1, last_try_at: now }
      if (!outcome) {
        if (row.state === 'sending' && row.lane === lane) await store.put({ ...tried, state: 'queued', next_try_at: later(tried.tries) })
        continue
      }
      const { status, receipt, problem, told } = outcome
      if (status === 'done' || status === 'repeated') {
        await store.put({ ...tried, state: 'delivered', verdict: status, receipt, problem: null, next_try_at: null, delivered_at: now, ...(mark === undefined ? {} : { mark }), ...(told ? { told } : {}) })
        done.add(id)
      } else if (row.state === 'withdrawn') {
        await store.put({ ...tried, verdict: status })
      } else if (status === 'waiting') {
        await store.put({ ...tried, state: 'queued', verdict: status, next_try_at: later(tried.tries) })
      } else if (problem?.code === 'sync.unknown_command' || (row.urgent && problem?.code === 'core.unexpected')) {
        // The app is newer than the server, or the fault is the server's own: nothing that a worker could mend, and it will do later.
        await store.put({ ...tried, state: 'queued', verdict: status, problem, next_try_at: now + 3600_000 })
      } else {
        await store.put({ ...tried, state: 'needs_you', verdict: status, problem: problem ?? REASONS[status] ?? NO_REASON, next_try_at: null })
        // What was said of one on its way must not hold back the bed that is asked for her next.
        if (/^referrals\.(?!send)/.test(row.name)) moot.add(id)
      }
    }
    if (done.size || moot.size) await wakeWaiting(tx, done, moot)
    return sent.length > 0
  }).catch(async (error: unknown) => {
    unlessFull(error)
    await letGo(handle, outcomes)
    throw error // the rest waits for room, or for the next try
  })
}

// On a full disk the answer cannot be written, only the command deleted: a record without one reads as delivered. Its
// sealed copy for a server that is restored is the price.
function letGo(handle: Handle, outcomes: readonly unknown[]): Promise<void> {
  return changing(handle, async (tx) => {
    const done = outcomes.filter(knownOutcome).filter(({ status }) => status === 'done' || status === 'repeated')
    for (const { id } of done) {
      const row = await tx.objectStore('commands').index('id').get(id)
      if (row) await tx.objectStore('commands').delete(row.seq)
    }
    return done.length > 0
  })
}

// What waited for something that has just arrived need not wait out its time.
async function wakeWaiting(tx: Write, done: ReadonlySet<string>, moot: ReadonlySet<string>): Promise<void> {
  const rows = await tx.objectStore('commands').getAll()
  // A correction satisfies those that waited for what it replaces.
  const satisfied = new Set([...done, ...moot])
  for (const row of rows) if (row.replaced_by && done.has(row.replaced_by)) satisfied.add(row.id)
  for (const row of rows) {
    if ((row.state === 'queued' || row.state === 'held') && row.after.some((id) => satisfied.has(id))) {
      await tx.objectStore('commands').put({ ...row, next_try_at: null, after: row.after.filter((id) => !moot.has(id)) })
    }
  }
}

export function needsYou(handle: Handle, id: string, problem: ProblemView, now: number): Promise<void> {
  return changing(handle, async (tx) => {
    const row = await tx.objectStore('commands').index('id').get(id)
    if (!row || row.state === 'delivered') return false
    await tx.objectStore('commands').put({ ...row, state: 'needs_you', lane: null, problem, tries: row.tries + 1, last_try_at: now, next_try_at: null })
    return true
  })
}

export async function sealKeyOf(handle: Handle): Promise<Me['seal_key']> {
  const rows: PulledRow[] = await read(handle, (db) => db.getAllFromIndex('pulled', 'type', 'me'))
  return (rows[0]?.body as Me | undefined)?.seal_key ?? null
}

// What was delivered stays seven days for a server that is restored, readable by the municipality alone. What was given
// up or replaced is over too: nothing reads it here again. Without a key of the municipality it stays as it is.
//
// What the screens show from its command until the next pull brings it stays readable until then.
const SHOWN = /^(people|tasks|outreach_requests)\.|^encounters\.(complete|link|unlink)$|join$|^referrals\.(?!send)/

export async function sealDelivered(handle: Handle): Promise<void> {
  const seen = { at: (await readMeta(handle, 'last_success_at')) ?? 0, mark: await readMeta(handle, 'seen') }
  const overIn = (rows: CommandRow[]): CommandRow[] => {
    // What was given up stays readable while something waits behind it: what goes on without it must know what it would have made.
    const awaited = new Set(rows.filter((row) => row.state !== 'delivered' && row.state !== 'withdrawn').flatMap((row) => row.after))
    return rows.filter((row) => row.body !== null && (row.state === 'withdrawn' ? !awaited.has(row.id)
      : row.state === 'delivered' && (!SHOWN.test(row.name) || isBack(row, seen))))
  }
  if (!handle.codec.opened?.sealer || !overIn(await allRows(handle)).length) return
  await write(handle, ['commands'], async (tx) => {
    const store = tx.objectStore('commands')
    for (const row of overIn(await store.getAll())) {
      // Written once with its body, so that a row of before the key gets its seal.
      if (row.sealed === null) await store.put(row)
      const { sealed } = (await store.get(row.seq))!
      await store.put({ ...row, body: null, sealed })
    }
  })
}

export async function noteClock(handle: Handle, serverMs: number, phoneMs: number): Promise<void> {
  const offset = Math.round(serverMs - phoneMs)
  const before = (await readMeta(handle, 'clock_offset_ms')) ?? 0
  if (Math.abs(offset - before) < 30_000) return
  await changing(handle, async (tx) => {
    await setMeta(tx, 'clock_offset_ms', offset)
    await setMeta(tx, 'clock_seen', null)
    // What aged out by a wrong clock must come again.
    if (Math.abs(offset - before) > 24 * 3600_000) await setMeta(tx, 'cursor', null)
    return true
  }, ['meta'])
}
