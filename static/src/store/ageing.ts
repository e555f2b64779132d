// The phone forgets by itself, with or without a server. Only what was delivered or pulled: never unsent work.
import type { Me, Person, PulledEncounter } from '../contract/pull'
import { workerKeys } from './device'
import { loadLocal, loadPulled } from './load'
import { metaIn, readMeta, setMeta } from './meta'
import { currentHandle, openLeft, write, type Handle } from './open'
import { KEEP_SEALED_MS } from './pulled'

const DAY = 24 * 3600_000
const CASELOAD = ['person', 'household', 'encounter', 'home_visit', 'referral']

// Two transactions and no walk over the whole caseload: a save in between must not wait.
export async function ageOut(handle: Handle, phoneNow: number): Promise<void> {
  const now = phoneNow + ((await readMeta(handle, 'clock_offset_ms')) ?? 0)
  await write(handle, ['commands', 'records'], async (tx) => {
    const kept = new Map<string, { over: boolean; since: number }>()
    for (const { seq, id, state, delivered_at, last_try_at, created_at } of await tx.objectStore('commands').getAll()) {
      const over = state === 'delivered' || state === 'withdrawn'
      const since = delivered_at ?? last_try_at ?? created_at
      if (over && since < now - KEEP_SEALED_MS) await tx.objectStore('commands').delete(seq)
      else kept.set(id, { over, since })
    }
    for (const { id, command_id } of await tx.objectStore('records').getAll()) {
      const command = kept.get(command_id)
      if (!command || (command.over && command.since < now - DAY)) await tx.objectStore('records').delete(id)
    }
  })
  await write(handle, ['pulled', 'meta'], async (tx) => {
    const pulled = tx.objectStore('pulled')
    const of = (type: string) => pulled.index('type').getAll(type)
    const me = (await of('me'))[0]?.body as Me | undefined
    const days = me?.settings.caseload_days ?? 30
    const stale = ((await metaIn(tx, 'last_success_at')) ?? now) < now - days * DAY
    const gone = stale ? (await Promise.all(CASELOAD.map(of))).flat() : [
      ...(await of('person')).filter((row) => Date.parse((row.body as Person).last_met_at) < now - days * DAY),
      ...(await of('encounter')).filter((row) => Date.parse((row.body as PulledEncounter).occurred_at) < now - 8 * DAY),
    ]
    for (const { type, id } of gone) await pulled.delete([type, id])
    if (stale) await setMeta(tx, 'cursor', null) // listed anew when the network is back
  })
  await loadPulled(handle)
  await loadLocal(handle)
}

// On a shared phone the databases of those who don't come back are nobody's but the phone's to tidy.
export async function ageOutOthers(phoneNow: number): Promise<void> {
  for (const key of await workerKeys()) {
    const left = key === currentHandle()?.key ? null : await openLeft(key)
    if (!left) continue
    try {
      await ageOut(left, phoneNow)
    } finally {
      left.db.close()
    }
  }
}
