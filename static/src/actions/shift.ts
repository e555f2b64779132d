// Opening the shift asks team, companions and reference unit once, so that no encounter has to.
import { instant, newId } from '../contract/ids'
import { rememberGround } from '../store/device'
import { requireHandle } from '../store/open'
import { plan, save } from '../store/outbox'
import { outbox, shift } from '../store/state'

export async function startShift(choice: { team_id: string; reference_unit_id: string; companion_ids: string[] }): Promise<{ shift_id: string }> {
  const now = Date.now()
  const shiftId = newId(now)
  const { team_id, reference_unit_id, companion_ids } = choice
  const command = plan({ name: 'shifts.start', body: { shift_id: shiftId, team_id, reference_unit_id, companion_ids }, record_id: shiftId, now })
  await save({
    commands: [command],
    shift: { shift_id: shiftId, team_id, reference_unit_id, companion_ids, started_at: instant(now), command_id: command.id },
  })
  await rememberGround(requireHandle().key, { team_id, reference_unit_id })
  return { shift_id: shiftId }
}

export async function endShift(): Promise<void> {
  const open = shift.value
  if (!open) return
  const body = { shift_id: open.shift_id }
  await save({ commands: [plan({ name: 'shifts.end', body, record_id: open.shift_id, after: afterShift(), now: Date.now() })], shift: null })
}

// The command that opened the shift, while the server may not have it yet.
export function afterShift(): string[] {
  const id = shift.value?.command_id
  const item = outbox.value.find((each) => each.command_id === id)
  return id && item && item.state !== 'delivered' ? [id] : []
}
