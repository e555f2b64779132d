// While a record is held it can be undone, and its place can get better. Both answer false once it is on its way.
import type { EncounterBody, HomeVisitBody, Place } from '../contract/commands'
import { HOLD_MS, isHeld } from '../store/held'
import { change, commandIn, neverSent, unsave } from '../store/outbox'

export async function undo(recordId: string): Promise<boolean> {
  const commandId = await change(async (tx) => (await tx.objectStore('records').get(recordId))?.command_id ?? null)
  const now = Date.now()
  // What was added to it meanwhile waits behind it, and goes with it.
  return commandId !== null && unsave(commandId, (row) => (row.id === commandId ? isHeld(row, now) : neverSent(row)))
}

export function amendPlace(recordId: string, place: Place, enough = false): Promise<boolean> {
  return change(async (tx) => {
    const record = await tx.objectStore('records').get(recordId)
    if (!record || record.type === 'referral') return false
    const command = await commandIn(tx, record.command_id)
    const now = Date.now()
    if (!command || !isHeld(command, now)) return false
    const body = { ...(command.body as EncounterBody | HomeVisitBody), place }
    // A good fix has come: no reason to hold longer than "Desfazer" needs.
    const held_until = enough ? Math.min(command.held_until!, Math.max(command.created_at + HOLD_MS, now)) : command.held_until
    await tx.objectStore('commands').put({ ...command, body, held_until })
    await tx.objectStore('records').put({ ...record, body } as typeof record)
    return true
  })
}
