// Notices on this phone: they come to the app's worker, and say nothing of anybody. A subscription ends with its session;
// a phone that was turned on is bound again after each sign-in.
import { ask, type Answer } from '../platform/network'
import { pushState, subscribeHere, subscriptionHere, unsubscribeHere, type PushState } from '../platform/push'
import { workerRow } from '../store/device'
import { readMeta } from '../store/meta'
import { requireHandle } from '../store/open'

const WORKER = '/app/sw.js'
const SCOPE = '/app/'
const PATH = '/api/v1/notices'

export type TurnedOn = 'on' | 'denied' | 'no_answer' | 'refused'

async function reach(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
  const handle = requireHandle()
  const row = await workerRow(handle.key)
  return ask({
    method, path: `${PATH}${path}`, csrf: row?.csrf ?? null, vault: await readMeta(handle, 'vault_token'), hardMs: 20_000,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

export const noticesHere = (): Promise<PushState> => pushState(SCOPE)

/** At each start: a phone that was turned on is told for the session that is open now. */
export async function bindNotices(): Promise<void> {
  const subscription = await subscriptionHere(SCOPE)
  if (subscription) await reach('POST', '/subscriptions', subscription.toJSON())
}

/** Must run within a tap. */
export async function turnNoticesOn(): Promise<TurnedOn> {
  const asked = await reach('GET', '/key')
  if (asked.kind === 'no_answer') return 'no_answer'
  if (asked.status !== 200) return 'refused'
  let subscription
  try {
    subscription = await subscribeHere(WORKER, SCOPE, (asked.body as { public_key: string }).public_key)
  } catch {
    return 'refused'
  }
  if (!subscription) return 'denied'
  const kept = await reach('POST', '/subscriptions', subscription)
  if (kept.kind === 'answer' && kept.status === 201) return 'on'
  await unsubscribeHere(SCOPE) // the server knows nothing of it: "on" would be untrue
  return kept.kind === 'no_answer' ? 'no_answer' : 'refused'
}

export async function turnNoticesOff(): Promise<void> {
  const endpoint = await unsubscribeHere(SCOPE)
  if (endpoint) await reach('DELETE', '/subscriptions', { endpoint })
}

/** A notice of nothing to oneself. */
export async function tryNotices(): Promise<boolean> {
  const answer = await reach('POST', '/trial')
  return answer.kind === 'answer' && answer.status === 204
}
