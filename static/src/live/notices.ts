// Notices at the desk: turned on and off at /conta/avisos; elsewhere a browser that was turned on is bound to each new
// session by itself, for a subscription ends with the session that made it.
import { ask, type Answer } from '../platform/network'
import { pushState, subscribeHere, subscriptionHere, unsubscribeHere, type PushState } from '../platform/push'

const WORKER = '/mesa/sw.js'
const SCOPE = '/mesa/'
const PATH = '/api/v1/notices/subscriptions'
const BOUND = 'vinculo-notices'
const HARD_MS = 20_000

const tell = (csrf: string, subscription: unknown): Promise<Answer> =>
  ask({ method: 'POST', path: PATH, body: JSON.stringify(subscription), csrf, hardMs: HARD_MS })

// Of the session only as much as tells it from another one.
const bound = (csrf: string, endpoint: string | undefined): string => `${csrf.slice(0, 8)} ${endpoint ?? ''}`

async function bindAgain(csrf: string): Promise<void> {
  const subscription = await subscriptionHere(SCOPE)
  if (!subscription || sessionStorage.getItem(BOUND) === bound(csrf, subscription.endpoint)) return
  const answer = await tell(csrf, subscription.toJSON())
  if (answer.kind === 'answer' && answer.status === 201) sessionStorage.setItem(BOUND, bound(csrf, subscription.endpoint))
}

function show(place: HTMLElement, state: PushState): void {
  for (const words of place.querySelectorAll<HTMLElement>('[data-state]')) words.hidden = words.dataset['state'] !== state
  for (const button of place.querySelectorAll<HTMLElement>('[data-turn]')) button.hidden = state !== (button.dataset['turn'] === 'on' ? 'off' : 'on')
  place.hidden = false
}

class Refused extends Error {}

async function turn(place: HTMLElement, on: boolean): Promise<void> {
  const { key = '', csrf = '', silent = '' } = place.dataset
  if (on) {
    const subscription = await subscribeHere(WORKER, SCOPE, key)
    if (!subscription) return
    const answer = await tell(csrf, subscription)
    if (answer.kind !== 'answer' || answer.problem) {
      await unsubscribeHere(SCOPE) // the server knows nothing of it: "on" would be untrue
      throw new Refused(answer.kind === 'answer' ? answer.problem?.title : silent)
    }
    sessionStorage.setItem(BOUND, bound(csrf, subscription.endpoint))
  } else {
    const endpoint = await unsubscribeHere(SCOPE)
    sessionStorage.removeItem(BOUND)
    // Whatever the server answers: this browser shows nothing any more.
    if (endpoint) await ask({ method: 'DELETE', path: PATH, body: JSON.stringify({ endpoint }), csrf, hardMs: HARD_MS })
  }
  location.assign('/conta/avisos') // the list below is the server's
}

function start(place: HTMLElement, button: HTMLButtonElement): void {
  const told = place.querySelector<HTMLElement>('[role=alert]')
  button.disabled = true
  if (told) told.hidden = true
  turn(place, button.dataset['turn'] === 'on')
    .catch((error: unknown) => {
      if (!told) return
      told.textContent = (error instanceof Refused && error.message) || (place.dataset['failed'] ?? '')
      told.hidden = false
    })
    .finally(() => {
      button.disabled = false
      void pushState(SCOPE).then((state) => show(place, state))
    })
}

export function watchNotices(): void {
  const csrf = document.querySelector<HTMLInputElement>('input[name=csrf_token]')?.value
  if (!csrf) return
  const place = document.querySelector<HTMLElement>('[data-notices]')
  if (place) {
    for (const button of place.querySelectorAll<HTMLButtonElement>('[data-turn]')) button.addEventListener('click', () => start(place, button))
    void pushState(SCOPE).then((state) => show(place, state))
  }
  bindAgain(csrf).catch(() => undefined) // at the next page again
}
