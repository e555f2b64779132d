// What a desk keeps to check slips without a network: the keys of the city's devices and the codes of its own doors, nobody's
// name; and a page of nobody to check them on. For one signed-in worker, a day at most, gone with the sign-out.
import { deskWorker } from '../platform/desk-worker'
import { ask } from '../platform/network'
import { isUsable, type SlipPack } from '../rules/slip-verdict'

const KEPT = 'vinculo-desk-slips' // the worker (worker/desk-sw.ts) reads it by this name
const SHELL = '/mesa/conferir/sem-rede'
const DATA = '/api/v1/referrals/slip-keys'
const FILES = '/kept/files' // which build's files lie here
const EVERY_MS = 5 * 60_000
const AGAIN_MS = 5_000
const HARD_MS = 10_000

/** pack, and by how much this browser's clock was behind the server's when it came (milliseconds). */
export interface Kept { pack: SlipPack; offset: number }

const works = (): boolean => 'caches' in window && window.isSecureContext

export async function dropPack(): Promise<void> {
  if (works()) await caches.delete(KEPT).catch(() => false)
}

/** What lies here, for this worker (null: whoever's it is, on the page of nobody); what may not be used any more goes. */
export async function keptPack(workerId: string | null): Promise<Kept | null> {
  if (!works()) return null
  try {
    const found = await caches.match(DATA, { cacheName: KEPT })
    if (!found) return null
    const kept = (await found.json()) as Kept
    if (isUsable(kept.pack, workerId, Date.now() + kept.offset)) return kept
    await caches.open(KEPT).then((cache) => cache.delete(DATA))
  } catch {
    // A full disk, a private window: then it is checked with network only.
  }
  return null
}

/** Asks the server; what it told last when it doesn't answer. A plain no (signed out, another role) drops everything. */
export async function freshPack(workerId: string): Promise<Kept | null> {
  const asked = Date.now()
  const answer = await ask({ method: 'GET', path: DATA, hardMs: HARD_MS })
  if (answer.kind !== 'answer' || answer.status >= 500) return keptPack(workerId)
  const pack = answer.body as SlipPack | null
  if (answer.status !== 200 || !pack || pack.worker_id !== workerId) {
    await dropPack()
    return null
  }
  const kept = { pack, offset: Date.parse(pack.server_time) - (asked + Date.now()) / 2 }
  try {
    if (works()) await (await caches.open(KEPT)).put(DATA, new Response(JSON.stringify(kept), { headers: { 'Content-Type': 'application/json' } }))
  } catch {
    // As above.
  }
  return kept
}

// The page and its files, once for each build: all of them or none.
async function keepPage(files: readonly string[]): Promise<void> {
  const cache = await caches.open(KEPT)
  const wanted = files.join(' ')
  if ((await (await cache.match(FILES))?.text()) === wanted && (await cache.match(SHELL))) return
  await cache.addAll([SHELL, ...files])
  // Signed out meanwhile: that would be the page of the sign-in.
  if ((await cache.match(SHELL))?.redirected) await cache.delete(SHELL)
  else await cache.put(FILES, new Response(wanted))
}

/** On every page of a desk: what it will need without a network is kept fresh while there is one. */
export function startKeeping(workerId: string, files: readonly string[]): void {
  const refresh = async (): Promise<void> => {
    if (document.visibilityState !== 'visible') return
    void keepPage(files).catch(() => void setTimeout(() => void refresh(), AGAIN_MS)) // the line was lost half-way
    const kept = await keptPack(workerId)
    if (!kept || Date.now() + kept.offset - Date.parse(kept.pack.server_time) > EVERY_MS) await freshPack(workerId)
  }
  if (!works()) return
  // Somebody else's, who shut the browser without signing out, goes first.
  void caches.match(DATA, { cacheName: KEPT }).then(async (found) => {
    if (found && ((await found.json()) as Kept).pack.worker_id !== workerId) await dropPack()
  }).catch(dropPack).then(deskWorker).then(refresh)
  setInterval(() => void refresh(), EVERY_MS)
  document.addEventListener('visibilitychange', () => void refresh())
  document.addEventListener('submit', (event) => {
    if (event.target instanceof HTMLFormElement && event.target.getAttribute('action') === '/sair') void dropPack()
  })
}
