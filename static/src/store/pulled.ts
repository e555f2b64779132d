// What the server lists for this worker: pages go in with their cursor, in one transaction, so that a pull that
// is cut off resumes where it stopped.
import type { Me, PullPage } from '../contract/pull'
import { announce } from './changes'
import { storedIn } from './boxed'
import { loadLocal, loadPulled, patchPulled } from './load'
import type { PulledRow } from './rows'
import { changeWorker, rememberGround, workerRow } from './device'
import { metaIn, setMeta } from './meta'
import { write, type Handle, type StoreName, type Write } from './open'
import { sealerOf } from './vault'

export const KEEP_SEALED_MS = 7 * 24 * 3600_000

export async function applyPage(handle: Handle, page: PullPage, now: number): Promise<void> {
  const gone: { type: string; id: string }[] = []
  let pushAgain = false
  const stores: StoreName[] = ['pulled', 'meta']
  if (page.changes.some(({ type }) => type === 'me')) stores.push('commands')
  const forgetting = page.forget.length || page.keep ? await import('./forgetting') : null
  if (forgetting) stores.push('commands', 'records')
  await write(handle, stores, async (tx) => {
    const pulled = tx.objectStore('pulled')
    let listing = (await metaIn(tx, 'listing')) ?? 0
    if (page.reset) {
      listing += 1
      await setMeta(tx, 'listing', listing)
    }
    for (const { type, id, version, body } of page.changes) {
      await pulled.put({ type, id, version, body, listing })
      if (type === 'me') pushAgain = await epochOf(tx, (body as Me).municipality.sync_epoch, now)
    }
    for (const { type, id } of page.forget) {
      gone.push({ type, id })
      await pulled.delete([type, id])
    }
    if (page.keep && !page.has_more) {
      // The listing is whole: what it did not name is no longer this worker's to see.
      // No box is opened for that: the number lies outside.
      for (const row of await storedIn<PulledRow>(pulled)) {
        if (row.listing === listing) continue
        gone.push({ type: row.type, id: row.id })
        await pulled.delete([row.type, row.id])
      }
    }
    await setMeta(tx, 'cursor', page.cursor)
    await setMeta(tx, 'contact_at', now)
    if (!page.has_more) {
      await setMeta(tx, 'last_success_at', now)
      await setMeta(tx, 'seen', page.seen ?? null)
    }
    await forgetting?.forgetOwn(tx, gone)
  })
  const me = page.changes.find(({ type }) => type === 'me')?.body as Me | undefined
  if (me) await follow(handle, me)
  if (page.changes.length + gone.length) {
    // What is shown follows the page alone: reading all of a large caseload again for each page costs its square.
    const anew = patchPulled(handle, page.changes, gone)
    if (anew.length) await loadPulled(handle, anew)
    // Other tabs read it when it is whole.
    if (!page.has_more) announce('pulled', handle.key)
  }
  if (!page.has_more || pushAgain) await loadLocal(handle)
  if (pushAgain) announce('local', handle.key)
}

// What a shut phone needs to know of its worker: where to seal to, and for which team.
async function follow(handle: Handle, me: Me): Promise<void> {
  const row = await workerRow(handle.key)
  const key = me.seal_key
  const sealer = row && key && key.kid !== row.seal_key?.kid ? await sealerOf(key) : null
  if (sealer) {
    await changeWorker(handle.key, (each) => ({ ...each, seal_key: key }))
    if (handle.codec.opened) handle.codec.opened = { ...handle.codec.opened, sealer }
    await import('./making').then(({ renewWayBack }) => renewWayBack(handle.key)).catch(() => undefined)
  }
  const team = me.teams.find((each) => each.reference_unit_id)
  if (team) await rememberGround(handle.key, { team_id: team.id, reference_unit_id: team.reference_unit_id }, true)
}

// The server was restored from a backup: what it was given in the last seven days goes again, by the same ids.
async function epochOf(tx: Write, epoch: number, now: number): Promise<boolean> {
  const known = await metaIn(tx, 'epoch')
  if (known === epoch) return false
  await setMeta(tx, 'epoch', epoch)
  if (known === null) return false
  let any = false
  for (const row of await tx.objectStore('commands').getAll()) {
    if (row.state !== 'delivered' || (row.body === null && row.sealed === null)) continue
    if (row.delivered_at === null || row.delivered_at < now - KEEP_SEALED_MS) continue
    await tx.objectStore('commands').put({ ...row, state: 'queued', tries: 0, next_try_at: null, held_until: null })
    any = true
  }
  return any
}

export async function forgetCursor(handle: Handle): Promise<void> {
  await write(handle, ['meta'], (tx) => setMeta(tx, 'cursor', null))
}
