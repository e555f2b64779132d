// The desk's service worker: for notices, and for checking slips without a network.

/** Its registration, null where the browser has none (an address without HTTPS). */
export async function deskWorker(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator)) return null
  return navigator.serviceWorker.register('/mesa/sw.js', { scope: '/mesa/', updateViaCache: 'none' }).catch(() => null)
}
