// Correcting and withdrawing, the same for encounters and visits. What is right depends on how far the record got:
// never sent → changed in place; refused → a new command that replaces it; perhaps or surely arrived → a correction
// or withdrawal of its own, history kept.
import type { Bodies, EncounterBody, HomeVisitBody } from '../contract/commands'
import { instant, newId } from '../contract/ids'
import type { RecordRow, CommandRow, NewCommand } from '../store/rows'
import { describe } from '../store/describe'
import { change, commandIn, neverSent, plan, unsave } from '../store/outbox'
import type { Write } from '../store/open'
import type { WithdrawReason } from '../contract/terms'
import { behindPeople } from './behind'
import { giveUpIn } from './outbox'

export interface Correction<B extends EncounterBody | HomeVisitBody> {
  type: 'encounter' | 'home_visit'
  recordId: string
  occurred_at: string | null // null: as it was
  make: (id: string) => B // the body under this record id
  correcting: (body: B) => { name: 'encounters.correct' | 'home_visits.correct'; body: Bodies['encounters.correct'] | Bodies['home_visits.correct'] }
  remoteOccurredAt: string | null
}

export async function correct<B extends EncounterBody | HomeVisitBody>(wish: Correction<B>): Promise<string> {
  const now = Date.now()
  // Loaded before the transaction, which ends when something else is waited for.
  const { prune } = await import('./prune')
  return change(async (tx) => {
    const record = (await tx.objectStore('records').get(wish.recordId)) ?? null
    const command = record ? await commandIn(tx, record.command_id) : null
    const occurred_at = wish.occurred_at ?? record?.occurred_at ?? wish.remoteOccurredAt ?? instant(now)
    if (record && command && (neverSent(command) || (command.state === 'needs_you' && command.verdict !== 'conflict'))) {
      const made = wish.make(record.id)
      const was = command.body as Partial<Bodies['encounters.correct']>
      // A refused correction keeps what it corrects.
      const body = was.replaces_id ? { ...wish.correcting(made).body, replaces_id: was.replaces_id } : made
      await amend(tx, record, command, body as B, occurred_at, now)
      if ('people' in body) await prune(tx, record.id, command, new Set(body.people.map((one) => one.participation_id)), now)
      return record.id
    }
    // The server has it with another content: what is here goes as a correction, and asks nothing more.
    if (command?.state === 'needs_you') await tx.objectStore('commands').put({ ...command, state: 'withdrawn' })
    const id = newId(now)
    const body = wish.make(id)
    const { name, body: sent } = wish.correcting(body)
    const next = plan({ name, body: sent as never, record_id: id, after: [...(command ? [command.id] : []), ...behindPeople('people' in body ? body.people : [])], occurred_at, now })
    await tx.objectStore('commands').add(next as CommandRow)
    await tx.objectStore('records').put({
      id, type: wish.type, body, occurred_at, created_at: now, command_id: next.id, replaces_id: wish.recordId, status: 'valid',
    } as RecordRow)
    if (record) await tx.objectStore('records').put({ ...record, status: 'corrected' })
    return id
  })
}

async function amend(tx: Write, record: RecordRow, command: CommandRow, body: EncounterBody | HomeVisitBody, occurred_at: string, now: number): Promise<void> {
  let commandId = command.id
  const after = [...new Set([...command.after, ...behindPeople('people' in body ? body.people : [])])]
  if (neverSent(command)) {
    await tx.objectStore('commands').put({ ...command, body, after, occurred_at, what: describe(command.name, body), held_until: null, state: 'queued' })
  } else {
    const next: NewCommand = {
      ...plan({ name: command.name, body: body as never, record_id: record.id, after, replaces: command.id, occurred_at, now }),
    }
    commandId = next.id
    await tx.objectStore('commands').put({ ...command, state: 'withdrawn', replaced_by: next.id })
    await tx.objectStore('commands').add(next as CommandRow)
  }
  await tx.objectStore('records').put({ ...record, body, occurred_at, command_id: commandId } as RecordRow)
}

export async function withdraw(
  recordId: string, reason: WithdrawReason, name: 'encounters.withdraw' | 'home_visits.withdraw', idField: 'encounter_id' | 'visit_id',
): Promise<void> {
  const now = Date.now()
  const left = await change(async (tx): Promise<'done' | { neverSent: string }> => {
    const record = await tx.objectStore('records').get(recordId)
    const command = record ? await commandIn(tx, record.command_id) : null
    if (command && neverSent(command)) return { neverSent: command.id }
    if (command?.state === 'needs_you' && command.verdict === 'conflict') {
      await tx.objectStore('commands').put({ ...command, state: 'withdrawn' })
    } else if (command?.state === 'needs_you') {
      await giveUpIn(tx, command, now)
      return 'done'
    }
    const body = { [idField]: recordId, reason } as never
    await tx.objectStore('commands').add(plan({ name, body, record_id: recordId, after: command ? [command.id] : [], now }) as CommandRow)
    if (record) await tx.objectStore('records').put({ ...record, status: 'withdrawn' })
    return 'done'
  })
  // Nobody but this phone has heard of it. If it left in this very moment, the second look sends a withdrawal.
  if (left !== 'done' && !(await unsave(left.neverSent, neverSent))) await withdrawSent(recordId, reason, name, idField, left.neverSent)
}

async function withdrawSent(recordId: string, reason: WithdrawReason, name: 'encounters.withdraw' | 'home_visits.withdraw', idField: string, after: string): Promise<void> {
  await change(async (tx) => {
    const body = { [idField]: recordId, reason } as never
    await tx.objectStore('commands').add(plan({ name, body, record_id: recordId, after: [after], now: Date.now() }) as CommandRow)
    const record = await tx.objectStore('records').get(recordId)
    if (record) await tx.objectStore('records').put({ ...record, status: 'withdrawn' })
  })
}
