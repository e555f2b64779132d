// The outboxes that this page can't open: of workers whose turn it is not, and of everybody while the phone is shut. Each
// command goes wholly sealed, under its own worker's name. What has arrived is noted; what the server would not have waits
// until its worker opens the phone and the ordinary way asks again. The same talk brings the order of a lost device.
import { instant } from '../contract/ids'
import { MAX_BYTES, MAX_COMMANDS } from '../contract/commands'
import { ask } from '../platform/network'
import { withLock } from '../platform/locks'
import type { Answer } from '../store/boxed'
import { workerRows } from '../store/device'
import { showLock } from '../store/locking'
import { countOwed, forgetAll, mailOf, noteAnswers, type Mail } from '../store/mail'
import { currentHandle, openLocked, type Handle } from '../store/open'
import type { WorkerRow } from '../store/rows'
import { lock } from '../store/state'

const ROOM = MAX_BYTES - 1024
const TIMEOUT_MS = 60_000
const CONTACT_EVERY_MS = 3600_000
const heard = new Map<string, number>() // when the server last answered for a worker
const most = new Map<string, number>() // what a narrow line taught us

export async function mail(): Promise<void> {
  const rows = (await workerRows()).filter((row) => row.delivery)
  // On a shared phone the flags of all go before anything else of one of them.
  if (rows.length > 1) for (const row of rows) await withShut(row, async (handle) => { await sendAll(handle, row, true) })
  for (const row of rows) await withShut(row, (handle) => send(handle, row))
  if (lock.value) await showLock(lock.value.key)
}

async function withShut(row: WorkerRow, work: (handle: Handle) => Promise<void>): Promise<void> {
  const handle = currentHandle()?.key === row.key ? null : await openLocked(row.key)
  if (!handle) return
  try {
    // The tab in which this worker's phone is open sends by itself.
    const name = handle.name
    await withLock(`vinculo-normal-${name}`, () => withLock(`vinculo-urgent-${name}`, () => withLock(`vinculo-flag-${name}`, () => work(handle))))
  } finally {
    handle.raw.close()
  }
}

async function send(handle: Handle, row: WorkerRow): Promise<void> {
  await countOwed(handle)
  const sent = await sendAll(handle, row, false)
  if (!sent && Date.now() - (heard.get(row.key) ?? 0) > CONTACT_EVERY_MS) await post(handle, row, [], 0)
}

/** Whether there was anything to send. */
async function sendAll(handle: Handle, row: WorkerRow, flagsAlone: boolean): Promise<boolean> {
  let left = await mailOf(handle, Date.now(), flagsAlone)
  const any = left.length > 0
  const others = flagsAlone ? (await countOwed(handle)) - left.length : 0
  // As soon as its worker opens the phone, the ordinary way goes on.
  while (left.length && currentHandle()?.key !== row.key) {
    const batch = firstOf(left, most.get(row.key) ?? MAX_COMMANDS)
    const said = await post(handle, row, batch, left.length - batch.length + others)
    if (said === 'too_large' && batch.length > 1) {
      most.set(row.key, Math.floor(batch.length / 2))
      continue
    }
    if (said === 'no_answer') {
      if (batch.length > 10) most.set(row.key, Math.ceil(batch.length / 2))
      return any // later again
    }
    if (said === 'stop') return any
    left = left.slice(batch.length)
  }
  return any
}

async function post(handle: Handle, row: WorkerRow, batch: readonly Mail[], waiting: number): Promise<'go' | 'stop' | 'too_large' | 'no_answer'> {
  const envelope = { device_id: row.session.deviceId, sent_at: instant(Date.now()), waiting, commands: batch.map(({ id, sealed }) => ({ id, sealed })) }
  const answer = await ask({ method: 'POST', path: '/api/v1/sync/push', body: JSON.stringify(envelope), delivery: row.delivery, hardMs: TIMEOUT_MS })
  if (answer.kind === 'no_answer') return 'no_answer'
  if (answer.status === 413) return 'too_large'
  const body = answer.body as { outcomes?: unknown; forget?: unknown } | null
  if (answer.status !== 200 || !Array.isArray(body?.outcomes)) return 'stop'
  heard.set(row.key, Date.now())
  const { arrived, refused } = sorted(body.outcomes)
  await noteAnswers(handle, batch, arrived, refused, Date.now())
  if (body.forget === true) await forgetAll(handle)
  return 'go'
}

function firstOf(mail: readonly Mail[], count: number): Mail[] {
  let bytes = 0
  const found: Mail[] = []
  for (const each of mail) {
    bytes += each.sealed.length + 64
    if (found.length && (found.length >= count || bytes > ROOM || found[0]!.first !== each.first)) break // flags in a request of their own
    found.push(each)
  }
  return found
}

function sorted(outcomes: readonly unknown[]): { arrived: Map<string, Answer>; refused: Set<string> } {
  const arrived = new Map<string, Answer>()
  const refused = new Set<string>()
  for (const outcome of outcomes as { id?: unknown; status?: unknown; receipt?: unknown }[]) {
    if (typeof outcome?.id !== 'string') continue
    const { id, status, receipt } = outcome
    if (status === 'done' || status === 'repeated') arrived.set(id, { status, receipt: typeof receipt === 'string' ? receipt : null, at: Date.now() })
    else if (status !== 'waiting') refused.add(id)
  }
  return { arrived, refused }
}
