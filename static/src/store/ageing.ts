// The phone forgets by itself, with or without a server. Only what was delivered or pulled: never unsent work.
import type { Me, Person, PulledEncounter } from '../contract/pull'
import { loadLocal, loadPulled } from './load'
import { metaIn, setMeta } from './meta'
import { write, type Handle } from './open'
import { KEEP_SEALED_MS } from './pulled'

const DAY = 24 * 3600_000
const CASELOAD = ['person', 'household', 'encounter', 'home_visit', 'referral']

export async function ageOut(handle: Handle, phoneNow: number): Promise<void> {
  await write(handle, ['commands', 'records', 'pulled', 'meta'], async (tx) => {
    const now = phoneNow + ((await metaIn(tx, 'clock_offset_ms')) ?? 0)
    const commands = new Map<string, { over: boolean; delivered: number }>()
    for (let at = await tx.objectStore('commands').openCursor(); at; at = await at.continue()) {
      const { id, state, delivered_at, last_try_at, created_at } = at.value
      const over = state === 'delivered' || state === 'withdrawn'
      const since = delivered_at ?? last_try_at ?? created_at
      commands.set(id, { over, delivered: since })
      if (over && since < now - KEEP_SEALED_MS) await at.delete()
    }
    for (let at = await tx.objectStore('records').openCursor(); at; at = await at.continue()) {
      const command = commands.get(at.value.command_id)
      if (!command || (command.over && command.delivered < now - DAY)) await at.delete()
    }
    const pulled = tx.objectStore('pulled')
    const me = (await pulled.index('type').getAll('me'))[0]?.body as Me | undefined
    const days = me?.settings.caseload_days ?? 30
    const pulledAt = (await metaIn(tx, 'last_success_at')) ?? now
    const stale = pulledAt < now - days * DAY
    for (let at = await pulled.openCursor(); at; at = await at.continue()) {
      const { type, body } = at.value
      const gone =
        (stale && CASELOAD.includes(type)) ||
        (type === 'person' && Date.parse((body as Person).last_met_at) < now - days * DAY) ||
        (type === 'encounter' && Date.parse((body as PulledEncounter).occurred_at) < now - 8 * DAY)
      if (gone) await at.delete()
    }
    if (stale) await setMeta(tx, 'cursor', null) // listed anew when the network is back
  })
  await loadPulled(handle)
  await loadLocal(handle)
}
