// What this phone recorded itself and has delivered goes with what the server no longer lists: a referral of somebody who
// was restricted holds her name. What is unsent stays.
import type { Write } from './open'
import { personsIn } from './standing'

export async function forgetOwn(tx: Write, gone: readonly { type: string; id: string }[]): Promise<void> {
  const records = tx.objectStore('records')
  for (const { type, id } of gone) {
    const record = type === 'person' ? undefined : await records.get(id)
    if (!record || record.type !== type) continue
    const command = (await tx.objectStore('commands').index('id').get(record.command_id)) ?? null
    if (!command || command.state === 'delivered') await records.delete(id)
  }
  const people = new Set(gone.flatMap(({ type, id }) => (type === 'person' ? [id] : [])))
  const steps = new Set(gone.flatMap(({ type, id }) => (type === 'task' ? [id] : [])))
  if (!people.size && !steps.size) return
  for (const row of await tx.objectStore('commands').getAll()) {
    // A step agreed here that another team has now: what agreed it shows it no longer. Its answers, unsent, go as they are.
    if (row.state === 'delivered' && row.name === 'tasks.agree' && row.record_id !== null && steps.has(row.record_id)) {
      await tx.objectStore('commands').put({ ...row, mark: 0 })
      continue
    }
    if (row.state !== 'delivered' || !personsIn(row.body).some((id) => people.has(id))) continue
    await tx.objectStore('commands').put({ ...row, mark: 0, delivered_at: 0 }) // shown no longer, and sealed next (store/sending.ts)
  }
}
