// The outbox screen: try again, give up.
import { mark } from '../contract/words'
import { announce } from '../store/changes'
import { metaIn, setMeta } from '../store/meta'
import { change, commandIn, dependantsOf, plan } from '../store/outbox'
import { currentHandle, type Write } from '../store/open'
import type { CommandRow } from '../store/rows'

// One command, or everything that waits. A refused one is judged anew; one whose ground was withdrawn goes without it.
export async function tryAgain(commandId?: string): Promise<void> {
  const { reissue } = await import('./reissue') // before the transaction, which ends when something else is waited for
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
