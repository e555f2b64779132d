// How this worker's flags go: asked while a screen shows them and after one has left. Without signal what was told last stays.
import type { OwnFlag } from '../contract/protection'
import { ask } from '../platform/network'
import { workerRow } from '../store/device'
import { keepTold } from '../store/flags'
import { commandRows } from '../store/load'
import { readMeta } from '../store/meta'
import { currentHandle } from '../store/open'

const EVERY_MS = 30_000

let asking: Promise<void> | null = null

export function refreshFlags(): Promise<void> {
  asking ??= refresh().catch(() => undefined).finally(() => { asking = null })
  return asking
}

async function refresh(): Promise<void> {
  const handle = currentHandle()
  const row = handle && (await workerRow(handle.key))
  if (!handle?.codec.opened || !row || row.session.signedOut) return
  const answer = await ask({ method: 'GET', path: '/api/v1/protection/flags', csrf: row.csrf, vault: await readMeta(handle, 'vault_token'), hardMs: 20_000 })
  // Only this worker's own session may fill her box; a server of before knows nothing of it.
  if (answer.kind !== 'answer' || answer.status !== 200 || handle !== currentHandle() || !handle.codec.opened) return
  const flags = (answer.body as { flags?: unknown } | null)?.flags
  if (Array.isArray(flags)) await keepTold(handle, flags as OwnFlag[], Date.now())
}

const delivered = (): string => commandRows.value.filter((row) => row.name.startsWith('protection.') && row.state === 'delivered').map((row) => row.id).join()

/** At once, each half minute while it is looked at, and when something of a flag has arrived. */
export function followFlags(): () => void {
  let before = delivered()
  void refreshFlags()
  const timer = setInterval(() => { if (document.visibilityState === 'visible') void refreshFlags() }, EVERY_MS)
  const end = commandRows.subscribe(() => {
    const now = delivered()
    if (now !== before) void refreshFlags()
    before = now
  })
  return () => { clearInterval(timer); end() }
}
