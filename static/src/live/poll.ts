// Asking the server again while somebody is looking: elements marked data-poll get a `poll` event, which their
// hx-trigger awaits. A timer of ours, because htmx's conditional triggers need eval, which the CSP forbids.
const EVERY_MS = 4_000

export function ask(): void {
  if (document.visibilityState !== 'visible') return
  for (const element of document.querySelectorAll('[data-poll]')) element.dispatchEvent(new CustomEvent('poll'))
}

export function startPolling(every = EVERY_MS): () => void {
  const timer = setInterval(ask, every)
  document.addEventListener('visibilitychange', ask)
  window.addEventListener('online', ask)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', ask)
    window.removeEventListener('online', ask)
  }
}
