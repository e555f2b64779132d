// A browser's subscription to pushes, for the worker of a scope: whether there may be one, making it, ending it.

export type PushState = 'unsupported' | 'denied' | 'off' | 'on'

/** What the server is told: `PushSubscription.toJSON()`. */
export type SubscriptionTold = PushSubscriptionJSON

const bytes = (key: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(key.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))

export const pushWorks = (): boolean =>
  window.isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && typeof Notification !== 'undefined'

/** The subscription of a scope's worker, where there is one that may still show something. */
export async function subscriptionHere(scope: string): Promise<PushSubscription | null> {
  if (!pushWorks() || Notification.permission !== 'granted') return null
  const registration = await navigator.serviceWorker.getRegistration(scope)
  return (await registration?.pushManager.getSubscription()) ?? null
}

export async function pushState(scope: string): Promise<PushState> {
  if (!pushWorks()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  return (await subscriptionHere(scope)) ? 'on' : 'off'
}

// Another key than the subscription was made with (a restored or new installation): our pushes would be refused.
function isOf(subscription: PushSubscription, key: Uint8Array<ArrayBuffer>): boolean {
  const made = subscription.options.applicationServerKey
  if (!made) return true
  const theirs = new Uint8Array(made)
  return theirs.length === key.length && theirs.every((byte, at) => byte === key[at])
}

/** Must run within a tap. null: the person said no, or the browser has nobody to ask. */
export async function subscribeHere(worker: string, scope: string, key: string): Promise<SubscriptionTold | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null
  const registration = await navigator.serviceWorker.register(worker, { scope, updateViaCache: 'none' })
  await active(registration)
  const applicationServerKey = bytes(key)
  const before = await registration.pushManager.getSubscription()
  if (before && isOf(before, applicationServerKey)) return before.toJSON()
  await before?.unsubscribe()
  return (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).toJSON()
}

/** Gives the address that ended, for the server to forget. */
export async function unsubscribeHere(scope: string): Promise<string | null> {
  const subscription = await subscriptionHere(scope)
  if (!subscription) return null
  await subscription.unsubscribe()
  return subscription.endpoint
}

// `ready` would wait for a worker of this page's own scope, which a page outside of it never has.
async function active(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting
  if (registration.active || !worker) return
  await new Promise<void>((done) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated' || worker.state === 'redundant') done()
    })
  })
}
