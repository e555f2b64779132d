// The phone forgets by itself, with or without a server. Only what was delivered or pulled: never unsent work.
import type { Me, Person, PulledEncounter } from '../contract/pull'
import { workerKeys } from './device'
import { storedIn, type StoredCommand } from './boxed'
import { loadLocal, loadPulled } from './load'
import { metaIn, readMeta, setMeta } from './meta'
import { currentHandle, openLocked, write, type Handle } from './open'
import { KEEP_SEALED_MS } from './pulled'
import type { RecordRow } from './rows'

const DAY = 24 * 3600_000
const CASELOAD = ['person', 'household', 'task', 'encounter', 'home_visit', 'referral', 'request']
const DAYS_WITHOUT_CONTACT = 7

// Two transactions and no walk over the whole caseload: a save in between must not wait. A locked database is tidied
// by what lies outside its boxes.
export async function ageOut(handle: Handle, phoneNow: number): Promise<void> {
  const now = phoneNow + ((await readMeta(handle, 'clock_offset_ms')) ?? 0)
  await write(handle, ['commands', 'records'], async (tx) => {
    const kept = new Map<string, number | null>()
    for (const { seq, id, over_at } of await storedIn<StoredCommand>(tx.objectStore('commands'))) {
      if (over_at != null && over_at < phoneNow - KEEP_SEALED_MS) await tx.objectStore('commands').delete(seq)
      else kept.set(id, over_at ?? null)
    }
    for (const { id, command_id } of await storedIn<RecordRow>(tx.objectStore('records'))) {
      const over = kept.get(command_id)
      if (over === undefined || (over !== null && over < phoneNow - DAY)) await tx.objectStore('records').delete(id)
    }
  })
  await write(handle, ['pulled', 'meta'], async (tx) => {
    const pulled = tx.objectStore('pulled')
    const of = (type: string) => pulled.index('type').getAll(type)
    const isOpen = handle.codec.opened !== null
    const me = isOpen ? ((await of('me'))[0]?.body as Me | undefined) : undefined
    const days = me?.settings.caseload_days ?? 30
    // What the phone noted by its own clock is compared with its own clock, what came from the server with the server's.
    const contact = (await metaIn(tx, 'contact_at')) ?? (await metaIn(tx, 'last_success_at')) ?? phoneNow
    const stale = contact < phoneNow - Math.min(days, DAYS_WITHOUT_CONTACT) * DAY
    const gone = stale ? (await Promise.all(CASELOAD.map(of))).flat() : !isOpen ? [] : [
      ...(await of('person')).filter((row) => Date.parse((row.body as Person).last_met_at) < now - days * DAY),
      ...(await of('encounter')).filter((row) => Date.parse((row.body as PulledEncounter).occurred_at) < now - 8 * DAY),
    ]
    for (const { type, id } of gone) await pulled.delete([type, id])
    if (stale) await setMeta(tx, 'cursor', null) // listed anew when the network is back
  })
  if (handle !== currentHandle()) return
  await loadPulled(handle)
  await loadLocal(handle)
}

// On a shared phone the databases of those who don't come back are nobody's but the phone's to tidy, unopened.
export async function ageOutOthers(phoneNow: number): Promise<void> {
  for (const key of await workerKeys()) {
    const left = key === currentHandle()?.key ? null : await openLocked(key)
    if (!left) continue
    try {
      await ageOut(left, phoneNow)
    } finally {
      left.raw.close()
    }
  }
}
