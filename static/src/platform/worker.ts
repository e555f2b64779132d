// The service worker, seen from the page: registration, an update that waits for consent, Background Sync.
import { signal } from '@preact/signals'

export const updateReady = signal(false)

let waiting: ServiceWorker | null = null
let accepted = false

function offer(worker: ServiceWorker | null): void {
  // Without a controller this is the first install, not an update.
  if (!worker || !navigator.serviceWorker.controller) return
  waiting = worker
  updateReady.value = true
}

export async function registerWorker(onSync: () => void): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.addEventListener('message', (event) => {
    if ((event.data as { type?: string } | null)?.type === 'SYNC') onSync()
  })
  let controlled = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // Another tab may have accepted the update: only the tab that asked reloads, an open form elsewhere stays.
    if (accepted) location.reload()
    else if (controlled) updateReady.value = true // the new version is here already: reload when it suits
    controlled = true
  })
  try {
    const registration = await navigator.serviceWorker.register('/app/sw.js', { scope: '/app/', updateViaCache: 'none' })
    offer(registration.waiting)
    void navigator.serviceWorker.ready.then((active) => active.active?.postMessage({ type: 'FILL' }))
    registration.addEventListener('updatefound', () => {
      const next = registration.installing
      next?.addEventListener('statechange', () => {
        if (next.state === 'installed') offer(next)
      })
    })
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') registration.update().catch(() => undefined)
    })
  } catch {
    // No worker (private mode, plain HTTP): the app goes on as a page.
  }
}

// Call only when no form is open: the page reloads.
export function applyUpdate(): void {
  if (waiting?.state !== 'installed') return location.reload()
  accepted = true
  waiting.postMessage({ type: 'SKIP_WAITING' })
}

export async function askBackgroundSync(tag: string): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  try {
    const registration = await navigator.serviceWorker.getRegistration('/app/')
    const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync
    await sync?.register(tag)
  } catch {
    // Denied or absent: the timers of the engine do the work.
  }
}
