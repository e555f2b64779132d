// The outbox screen: try again, give up.
import type { Bodies } from '../contract/commands'
import { mark } from '../contract/words'
import { announce } from '../store/changes'
import { metaIn, setMeta } from '../store/meta'
import { change, commandIn, dependantsOf, plan } from '../store/outbox'
import { currentHandle, type Write } from '../store/open'
import type { CommandRow } from '../store/rows'
import { madeBy, unknownOf, withoutPeople } from '../store/standing'
import { people } from '../store/state'

// One command, or everything that waits. A refused one is judged anew; one whose ground was withdrawn goes without it.
export async function tryAgain(commandId?: string): Promise<void> {
  await change(async (tx) => {
    const store = tx.objectStore('commands')
    const rows = await store.getAll()
    const now = Date.now()
    for (const row of rows) {
      if (commandId === undefined) {
        if (row.state === 'queued' && row.next_try_at !== null) await store.put({ ...row, next_try_at: null })
      } else if (row.id === commandId && row.state === 'queued') {
        await store.put({ ...row, next_try_at: null })
      } else if (row.id === commandId && row.state === 'needs_you') {
        if (row.verdict === 'withdrawn' && row.body !== null) await reissue(tx, row, rows, now)
        else await store.put({ ...row, state: 'queued', next_try_at: null })
      }
    }
  })
  announce('wake', currentHandle()?.key ?? null)
}

// The same content under a new id, without the dead command it waited for, and without whom or what only that would have
// made known: a shift, people, a family.
async function reissue(tx: Write, row: CommandRow, rows: readonly CommandRow[], now: number): Promise<void> {
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
  const home = deaths.find((each) => each.name === 'people.open_household' && each.record_id === body['household_id'])
  if (home && row.name === 'home_visits.record') Object.assign(body, { household_id: null, member_ids: [], called: (home.body as Bodies['people.open_household'] | null)?.called ?? null })
  if (row.name === 'tasks.agree') {
    if (home) body['household_id'] = null
    if (deaths.some((each) => each.name === 'encounters.record' && each.record_id === body['encounter_id'])) body['encounter_id'] = null
  }
  const next = plan({
    name: row.name, body: body as never, record_id: row.record_id,
    after: row.after.filter((id) => !dead.has(id)), replaces: row.id, occurred_at: row.occurred_at, now,
  })
  await tx.objectStore('commands').put({ ...row, state: 'withdrawn', replaced_by: next.id })
  await tx.objectStore('commands').add(next as CommandRow)
  const record = row.record_id ? await tx.objectStore('records').get(row.record_id) : undefined
  if (record?.command_id === row.id) await tx.objectStore('records').put({ ...record, command_id: next.id, body: next.body } as typeof record)
}

export async function giveUp(commandId: string): Promise<void> {
  await change(async (tx) => {
    const row = await commandIn(tx, commandId)
    if (row?.state !== 'needs_you') return
    await giveUpIn(tx, row, Date.now())
    // A shift that will never be: what is recorded from now on must not wait for it.
    if ((await metaIn(tx, 'shift'))?.command_id === commandId) await setMeta(tx, 'shift', null)
  }, ['commands', 'records', 'meta'])
}

// Only what needs the worker can be given up; the rest is on its way and can be withdrawn as a record.
export async function giveUpIn(tx: Write, row: CommandRow, now: number): Promise<void> {
  await tx.objectStore('commands').put({ ...row, state: 'withdrawn' })
  const records = tx.objectStore('records')
  const record = row.record_id ? await records.get(row.record_id) : undefined
  if (record && record.command_id === row.id) {
    await records.put({ ...record, status: 'withdrawn' })
    const before = record.replaces_id ? await records.get(record.replaces_id) : undefined
    if (before?.status === 'corrected') await records.put({ ...before, status: 'valid' }) // what it would have corrected stands
  } else if (record && /\.(withdraw|revoke)$/.test(row.name)) {
    await records.put({ ...record, status: 'valid' })
  }
  // The server keeps a refused body until it hears this; of the others it knows nothing or has done with them.
  if (row.verdict === 'refused') {
    await tx.objectStore('commands').add(plan({ name: 'sync.withdraw', body: { command_id: row.id }, record_id: null, now }) as CommandRow)
  } else {
    // The server never heard of it: those that wait for it would wait for ever.
    for (const child of dependantsOf(row.id, await tx.objectStore('commands').getAll())) {
      if (row.verdict !== null || child.state === 'delivered' || child.state === 'withdrawn') continue
      await tx.objectStore('commands').put({
        ...child, state: 'needs_you', verdict: 'withdrawn', lane: null, next_try_at: null,
        problem: { code: 'sync.withdrawn', title: mark('O registro do qual este depende foi retirado.'), fields: {} },
      })
    }
  }
}
