// What every talk with the server has in common: whose session it is, and what the answer means for the engine.
import { ask, type Answer } from '../platform/network'
import { putWorker, setSignedOut, workerRow } from '../store/device'
import { readMeta } from '../store/meta'
import type { Handle } from '../store/open'

// send_only: the device was revoked, or the worker left ·
// go: carry on · wait: no answer, or not now · halve: too much at once · signed_out: keep everything, ask to sign in
export type Verdict =
  | { then: 'go'; body: unknown; bytes: number }
  | { then: 'halve'; answer: Extract<Answer, { kind: 'answer' }> }
  | { then: 'wait'; phase: 'no_answer' | 'error'; afterMs: number | null; timedOut: boolean }
  | { then: 'signed_out' }
  | { then: 'send_only' }

export interface Talk { method: 'GET' | 'POST'; path: string; body?: string; hardMs: number; onSilent?: () => void }

export async function talk(handle: Handle, wish: Talk): Promise<Verdict> {
  const row = await workerRow(handle.key)
  if (!row) return { then: 'signed_out' }
  const shut: Verdict = { then: 'wait', phase: 'no_answer', afterMs: null, timedOut: false }
  if (!handle.codec.opened) return shut
  const vault = await readMeta(handle, 'vault_token')
  let answer = await ask({ ...wish, csrf: row.csrf, vault })
  if (answer.kind === 'answer' && answer.status === 403) {
    // The token may be of an older session of this worker, or the cookie another worker's by now.
    if (!handle.codec.opened) return shut
    if (answer.problem?.code === 'access.locked') return endedFor(handle)
    const whose = await checkSession(handle)
    if (whose === 'not_ours') return endedFor(handle)
    if (whose === 'no_answer') return { then: 'wait', phase: 'no_answer', afterMs: null, timedOut: false }
    // Only now: another worker's cookie may be of another device that was revoked.
    if (answer.problem?.code === 'access.send_only') return { then: 'send_only' }
    if (whose.csrf !== row.csrf) answer = await ask({ ...wish, csrf: whose.csrf, vault })
  }
  return verdictOf(handle, answer)
}

/**
 * The outbox goes by its own token: also when the session ended, another worker's cookie lies in this browser, or the
 * device was revoked. A server that doesn't know the token (it was restored from before) is asked with the session.
 */
export async function deliver(handle: Handle, wish: Talk): Promise<Verdict> {
  const row = await workerRow(handle.key)
  if (!row?.delivery) return talk(handle, wish)
  const answer = await ask({ ...wish, delivery: row.delivery })
  if (answer.kind === 'answer' && (answer.status === 401 || answer.status === 403)) return talk(handle, wish)
  return verdictOf(handle, answer, false)
}

async function verdictOf(handle: Handle, answer: Answer, bySession = true): Promise<Verdict> {
  if (answer.kind === 'no_answer') return { then: 'wait', phase: 'no_answer', afterMs: null, timedOut: answer.reason === 'timeout' }
  const { status } = answer
  if (status === 401) return endedFor(handle)
  if (status >= 200 && status < 300) {
    if (bySession) await setSignedOut(handle.key, false)
    return { then: 'go', body: answer.body, bytes: answer.bytes }
  }
  if (status === 413 || ((status === 400 || status === 422) && answer.problem)) return { then: 'halve', answer }
  const retryS = (answer.body as { retry_after_s?: number } | null)?.retry_after_s ?? answer.retryAfterS
  const afterMs = typeof retryS === 'number' && retryS > 0 ? Math.min(retryS, 3600) * 1000 : null
  return { then: 'wait', phase: status >= 500 || status === 429 ? 'no_answer' : 'error', afterMs, timedOut: false }
}

async function endedFor(handle: Handle): Promise<Verdict> {
  await setSignedOut(handle.key, true)
  return { then: 'signed_out' }
}

// One browser holds one cookie: before anything is taken from the server it must be this worker's.
export async function checkSession(handle: Handle): Promise<{ csrf: string } | 'not_ours' | 'no_answer'> {
  const answer = await ask({ method: 'GET', path: '/api/v1/session', vault: await readMeta(handle, 'vault_token'), hardMs: 20_000 })
  if (answer.kind === 'no_answer' || answer.status >= 500) return 'no_answer'
  const row = await workerRow(handle.key)
  const body = answer.body as { worker?: { id?: string }; municipality?: { id?: number }; roles?: string[]; csrf_token?: string } | null
  if (answer.status !== 200 || !row || !body?.csrf_token) return 'not_ours'
  const { worker, municipality } = row.session
  if (body.worker?.id !== worker.id || body.municipality?.id !== municipality.id) return 'not_ours'
  if (row.csrf !== body.csrf_token) await putWorker(row.session, body.csrf_token)
  return { csrf: body.csrf_token }
}
