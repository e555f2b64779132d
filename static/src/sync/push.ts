// One lane of the outbox, emptied in requests. Every way a request can end leaves each command somewhere; none is lost.
import { mark } from '../contract/words'
import { instant } from '../contract/ids'
import type { ProblemView, PushEnvelope } from '../contract/commands'
import { ask } from '../platform/network'
import { changeWorker, workerRow } from '../store/device'
import type { Handle } from '../store/open'
import type { CommandRow, Lane } from '../store/rows'
import { applyOutcomes, backInLine, markSending, needsYou, noteClock, requeueSending, unsentRows } from '../store/sending'
import { toWire } from '../store/wire'
import { backoff } from './backoff'
import { chooseNormal, chooseUrgent, FULL, sizeOf, type Limits } from './choose'
import { deliver, type Verdict } from './talk'

const TOO_LARGE: ProblemView = {
  code: 'sync.too_large', title: mark('Este registro é grande demais para enviar. Encurte a anotação.'), fields: {},
}

export type PushEnd =
  | { then: 'empty'; sent: number }
  | { then: 'wait'; phase: 'no_answer' | 'error'; afterMs: number | null; sent: number }
  | { then: 'signed_out'; sent: number }
  | { then: 'send_only'; sent: number } // the device is lost or the worker left: the phone forgets

// What a slow or narrow line taught us, until the page closes.
let learnt: Limits = { ...FULL }
// Lone commands in a row that the server would not even read. Two are no accident: then the fault lies in the
// envelope (an old app, a strange proxy), and no more work is marked as the worker's to mend.
let unread = 0

export async function emptyLane(handle: Handle, lane: Lane, onSilent: () => void): Promise<PushEnd> {
  await requeueSending(handle, lane)
  let limits = { ...learnt }
  let sent = 0
  for (;;) {
    const now = Date.now()
    const batch = await markSending(handle, lane, (rows) => (lane === 'normal' ? chooseNormal(rows, limits, now) : chooseUrgent(rows, now, lane)))
    if (batch.length === 0) return { then: 'empty', sent }
    if (batch.length === 1 && sizeOf(batch[0]!) > FULL.bytes) {
      await needsYou(handle, batch[0]!.id, TOO_LARGE, now)
      continue
    }
    const verdict = await send(handle, lane, batch, onSilent)
    if (verdict.then === 'go') {
      sent += batch.length
      unread = 0
      continue
    }
    // Of an urgent family the ancestors are halved, or marked, in the ordinary lane; then it goes alone.
    if (verdict.then === 'halve' && (lane === 'normal' || batch.length === 1) && (verdict.answer.status === 413 || unread < 2)) {
      limits = await halved(handle, lane, batch, verdict.answer.status, verdict.answer.problem)
      continue
    }
    if (verdict.then === 'halve') {
      await backInLine(handle, lane, ids(batch), Date.now() + backoff(3), Date.now())
      return { then: 'wait', phase: 'error', afterMs: null, sent }
    }
    if (verdict.then === 'signed_out') {
      await backInLine(handle, lane, ids(batch), null, Date.now())
      return { then: 'signed_out', sent }
    }
    if (verdict.then === 'send_only') {
      await backInLine(handle, lane, ids(batch), null, Date.now())
      return { then: 'send_only', sent }
    }
    if (verdict.timedOut && batch.length > 10) learnt = { ...learnt, commands: Math.ceil(batch.length / 2) }
    await backInLine(handle, lane, ids(batch), null, Date.now())
    return { then: 'wait', phase: verdict.phase, afterMs: verdict.afterMs, sent }
  }
}

const ids = (batch: readonly CommandRow[]): string[] => batch.map((row) => row.id)

async function send(handle: Handle, lane: Lane, batch: CommandRow[], onSilent: () => void): Promise<Verdict> {
  const row = await workerRow(handle.key)
  const sentAt = Date.now()
  const waiting = Math.max(0, (await unsentRows(handle)).length - batch.length)
  const envelope: PushEnvelope = {
    device_id: row?.session.deviceId ?? '', sent_at: instant(sentAt), waiting, commands: batch.map(toWire), ...(row?.slip ? { slip_key: row.slip } : {}),
  }
  const verdict = await deliver(handle, {
    method: 'POST', path: '/api/v1/sync/push', body: JSON.stringify(envelope), hardMs: lane === 'normal' ? 90_000 : 30_000, onSilent,
  })
  if (verdict.then !== 'go') return verdict
  const answer = verdict.body as { received_at?: unknown; outcomes?: unknown; forget?: unknown; mark?: unknown; slip_key_known?: unknown } | null
  if (!Array.isArray(answer?.outcomes)) return { then: 'wait', phase: 'no_answer', afterMs: null, timedOut: false }
  const now = Date.now()
  await applyOutcomes(handle, lane, ids(batch), answer.outcomes, now, (tries) => now + backoff(tries + 2), typeof answer.mark === 'number' ? answer.mark : undefined)
  if (typeof answer.received_at === 'string' && now - sentAt < 20_000) {
    await noteClock(handle, Date.parse(answer.received_at), sentAt + (now - sentAt) / 2)
  }
  // A server of before says nothing of it; one that was restored may have lost it.
  if (answer.slip_key_known === true && row?.slip !== null) await changeWorker(handle.key, (found) => ({ ...found, slip: null }))
  if (answer.slip_key_known === false) void import('../store/slip-key').then(({ tellSlipKey }) => tellSlipKey(handle.key)).catch(() => undefined)
  return answer.forget === true ? { then: 'send_only' } : verdict
}

// Too much at once: half of it next. One alone that the server will not read needs the worker.
async function halved(handle: Handle, lane: Lane, batch: CommandRow[], status: number, problem: ProblemView | null): Promise<Limits> {
  if (batch.length === 1) {
    if (status !== 413) unread += 1
    await needsYou(handle, batch[0]!.id, status === 413 || !problem ? TOO_LARGE : problem, Date.now())
    learnt = { ...FULL } // it was this one, not the line
    return { ...FULL }
  }
  await backInLine(handle, lane, ids(batch), null, Date.now())
  const half: Limits = { commands: Math.max(1, Math.floor(batch.length / 2)), bytes: FULL.bytes }
  if (status === 413) learnt = half
  return half
}

/** Asks nothing but whether this device still may hold anything. */
export async function isToForget(handle: Handle): Promise<boolean> {
  const row = await workerRow(handle.key)
  if (!row?.delivery) return false
  const envelope: PushEnvelope = { device_id: row.session.deviceId, sent_at: instant(Date.now()), waiting: (await unsentRows(handle)).length, commands: [] }
  const answer = await ask({ method: 'POST', path: '/api/v1/sync/push', body: JSON.stringify(envelope), delivery: row.delivery, hardMs: 20_000 })
  return answer.kind === 'answer' && answer.status === 200 && (answer.body as { forget?: unknown } | null)?.forget === true
}

export function forgetLearnt(): void {
  learnt = { ...FULL }
  unread = 0
}
