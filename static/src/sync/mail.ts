// The outboxes that this page can't open: of workers whose turn it is not, and of everybody while the phone is shut. Each
// command goes wholly sealed, under its own worker's name. Only what has arrived is noted; whatever else the server says
// waits until its worker opens the phone and the ordinary way asks again.
import { instant } from '../contract/ids'
import { MAX_BYTES, MAX_COMMANDS, type SealedCommand } from '../contract/commands'
import { ask } from '../platform/network'
import { withLock } from '../platform/locks'
import type { Answer } from '../store/boxed'
import { workerRows } from '../store/device'
import { showLock } from '../store/locking'
import { forgetAll, mailOf, noteArrived } from '../store/mail'
import { currentHandle, openLocked, type Handle } from '../store/open'
import type { WorkerRow } from '../store/rows'
import { lock } from '../store/state'

const ROOM = MAX_BYTES - 1024
const TIMEOUT_MS = 60_000

export async function mail(): Promise<void> {
  for (const row of await workerRows()) {
    if (!row.delivery || row.unsent === 0 || currentHandle()?.key === row.key) continue
    const handle = await openLocked(row.key)
    if (!handle) continue
    try {
      // The tab in which this worker's phone is open sends by itself.
      const name = handle.name
      await withLock(`vinculo-normal-${name}`, () => withLock(`vinculo-urgent-${name}`, () => send(handle, row)))
    } finally {
      handle.raw.close()
    }
  }
  if (lock.value) await showLock(lock.value.key)
}

async function send(handle: Handle, row: WorkerRow): Promise<void> {
  let left = await mailOf(handle, Date.now())
  while (left.length) {
    const batch = firstOf(left)
    left = left.slice(batch.length)
    const envelope = { device_id: row.session.deviceId, sent_at: instant(Date.now()), waiting: left.length, commands: batch }
    const answer = await ask({ method: 'POST', path: '/api/v1/sync/push', body: JSON.stringify(envelope), delivery: row.delivery, hardMs: TIMEOUT_MS })
    if (answer.kind !== 'answer' || answer.status !== 200) return // later again
    const body = answer.body as { outcomes?: unknown; forget?: unknown } | null
    if (!Array.isArray(body?.outcomes)) return
    await noteArrived(handle, arrivedIn(body.outcomes))
    if (body.forget === true) await forgetAll(handle)
  }
}

function firstOf(mail: readonly SealedCommand[]): SealedCommand[] {
  let bytes = 0
  const found: SealedCommand[] = []
  for (const each of mail) {
    bytes += each.sealed.length + 64
    if (found.length && (found.length >= MAX_COMMANDS || bytes > ROOM)) break
    found.push(each)
  }
  return found
}

function arrivedIn(outcomes: readonly unknown[]): Map<string, Answer> {
  const found = new Map<string, Answer>()
  for (const outcome of outcomes as { id?: unknown; status?: unknown; receipt?: unknown }[]) {
    if (typeof outcome?.id !== 'string' || (outcome.status !== 'done' && outcome.status !== 'repeated')) continue
    found.set(outcome.id, { status: outcome.status, receipt: typeof outcome.receipt === 'string' ? outcome.receipt : null, at: Date.now() })
  }
  return found
}
