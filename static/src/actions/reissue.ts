// Trying again what waited for something that will never be.
import type { Bodies } from '../contract/commands'
import { plan } from '../store/outbox'
import type { Write } from '../store/open'
import type { CommandRow } from '../store/rows'
import { freedOf, madeBy, unknownOf, withoutPeople } from '../store/standing'
import { people } from '../store/state'

// The same content under a new id, without the dead command it waited for, and without whom or what only that would have
// made known: a shift, people, a family.
export async function reissue(tx: Write, row: CommandRow, rows: readonly CommandRow[], now: number): Promise<void> {
  const byId = new Map(rows.map((each) => [each.id, each]))
  const standsAt = (id: string): CommandRow | undefined => {
    let found = byId.get(id)
    while (found?.replaced_by) found = byId.get(found.replaced_by)
    return found
  }
  const dead = new Map(row.after.flatMap((id) => { const at = standsAt(id); return at?.state === 'withdrawn' ? [[id, at] as const] : [] }))
  const deaths = [...dead.values()]
  const lost = unknownOf(deaths.flatMap(madeBy), rows, people.value)
  const body = { ...(withoutPeople(row, lost) as Record<string, unknown>) }
  if ('shift_id' in body && deaths.some((each) => each.name === 'shifts.start')) body['shift_id'] = null
  if (row.name === 'referrals.send' || row.name === 'referrals.plan_trip') {
    Object.assign(body, freedOf({ ...row, body }, new Set(deaths.filter((each) => each.name === 'referrals.send').map((each) => each.record_id))))
  }
  const home = deaths.find((each) => each.name === 'people.open_household' && each.record_id === body['household_id'])
  if (home && row.name === 'home_visits.record') Object.assign(body, { household_id: null, member_ids: [], called: (home.body as Bodies['people.open_household'] | null)?.called ?? null })
  if (row.name === 'tasks.agree') {
    if (home) body['household_id'] = null
    if (deaths.some((each) => each.name === 'encounters.record' && each.record_id === body['encounter_id'])) body['encounter_id'] = null
  }
  const next = plan({
    name: row.name, body: body as never, record_id: row.record_id,
    after: row.after.filter((id) => !dead.has(id)), replaces: row.id, occurred_at: row.occurred_at, version: row.version, now,
  })
  await tx.objectStore('commands').put({ ...row, state: 'withdrawn', replaced_by: next.id })
  await tx.objectStore('commands').add(next as CommandRow)
  const record = row.record_id ? await tx.objectStore('records').get(row.record_id) : undefined
  if (record?.command_id === row.id) await tx.objectStore('records').put({ ...record, command_id: next.id, body: next.body } as typeof record)
}
