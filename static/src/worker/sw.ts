// The service worker of /app/, written by hand. Flask puts three values in front of it: the build id, the hashed
// files that recording without signal needs, and those that may follow. The API is network only and never cached; a new version waits until the worker accepts it.
/// <reference lib="webworker" />
import { tellPushes } from './told'

declare const self: ServiceWorkerGlobalScope & { __BUILD: string; __ASSETS: string[]; __LATER?: string[] }

const SHELL = '/app/'
const PREFIX = 'vinculo-app-'
const CACHE = PREFIX + self.__BUILD
const LATER = self.__LATER ?? []

// Shown while the vault is shut too: the words are of nobody.
tellPushes(SHELL)

self.addEventListener('install', (event) => {
  event.waitUntil(fill())
})

// All files or none: an incomplete cache would be an app that breaks without signal. On a first visit, which may be
// on the last bar of signal, the core alone comes first; an update may take its time and brings everything.
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE)
  const later = self.registration.active ? LATER : []
  try {
    await Promise.all([...new Set([SHELL, ...self.__ASSETS, ...later])].map((url) => add(cache, url)))
  } catch (error) {
    await caches.delete(CACHE)
    throw error
  }
}

// One after the other, each kept as it comes; what is missing is asked for again at the next start of the app.
async function fillLater(): Promise<void> {
  const cache = await caches.open(CACHE)
  for (const url of LATER) {
    if (!(await cache.match(url, { ignoreVary: true }))) await add(cache, url)
  }
}

async function add(cache: Cache, url: string): Promise<void> {
  const hashed = url !== SHELL
  // A hashed file of the last version is the same file: no second download on a costly line.
  const known = hashed ? await caches.match(url, { ignoreVary: true }) : undefined
  const response = known ?? (await fetch(url, { cache: hashed ? 'default' : 'no-store', credentials: 'same-origin', redirect: 'error' }))
  if (!response.ok || !(await isOurs(response, hashed))) throw new Error(`${url}: ${response.status}`)
  await cache.put(url, response)
}

// A captive portal answers 200 to everything, with its own page: kept once, it would stand in the app's place without signal.
async function isOurs(response: Response, hashed: boolean): Promise<boolean> {
  if (hashed) return !/^text\/html\b/.test(response.headers.get('Content-Type') ?? '')
  const page = await response.clone().text()
  return self.__ASSETS.some((url) => page.includes(url))
}

self.addEventListener('activate', (event) => {
  event.waitUntil(clean())
})

async function clean(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)))
  await self.clients.claim()
}

self.addEventListener('message', (event) => {
  const type = (event.data as { type?: string } | null)?.type
  if (type === 'SKIP_WAITING') void self.skipWaiting()
  // Without signal this stops at the first file and goes on at the next start.
  if (type === 'FILL') event.waitUntil(fillLater().catch(() => undefined))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (url.pathname.startsWith(SHELL)) event.respondWith(shell(request))
  } else if (url.pathname.startsWith('/static/')) {
    event.respondWith(file(request))
  }
})

async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(SHELL, { ignoreVary: true })) ?? fetch(request)
}

async function file(request: Request): Promise<Response> {
  // Any of our caches: a page of the version before may still ask for its own lazy files.
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request)
}

// Background Sync, where it exists: the engine lives in the page, the worker only wakes it.
self.addEventListener('sync' as never, ((event: ExtendableEvent) => {
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((pages) => pages.forEach((page) => page.postMessage({ type: 'SYNC' }))),
  )
}) as never)
