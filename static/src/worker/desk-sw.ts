// The service worker of /mesa/: shows what is pushed to it. Pages come from the network, always: a referral must not stay in a shared tablet's cache.
// One page is kept, of nobody (live/slip-pack.ts puts it there): the one that checks slips when there is no network.
/// <reference lib="webworker" />
import { tellPushes } from './told'

declare const self: ServiceWorkerGlobalScope

const KEPT = 'vinculo-desk-slips'
const CHECK = '/mesa/conferir'
const SHELL = '/mesa/conferir/sem-rede'
// A line that is there and says nothing is no line, for somebody who stands at the door.
const PATIENCE_MS = 6_000

tellPushes('/mesa/')

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate' && url.pathname.startsWith('/mesa/')) event.respondWith(page(request, url.pathname))
  else if (url.pathname.startsWith('/static/')) event.respondWith(file(request))
})

async function page(request: Request, path: string): Promise<Response> {
  const answer = fetch(request)
  // Other pages may take their time: what was typed on them is on its way.
  const inTime = path === CHECK ? Promise.race([answer, late()]) : answer
  try {
    return await inTime
  } catch {
    const kept = await caches.match(SHELL, { cacheName: KEPT, ignoreVary: true })
    return kept ?? answer
  }
}

const late = (): Promise<never> => new Promise((_done, fail) => setTimeout(() => fail(new Error('late')), PATIENCE_MS))

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: KEPT, ignoreVary: true })) ?? fetch(request)
}
