// The command that opened the shift, while the server may not have it yet.
import { outbox, shift } from '../store/state'

export function afterShift(): string[] {
  const id = shift.value?.command_id
  const item = outbox.value.find((each) => each.command_id === id)
  return id && item && item.state !== 'delivered' ? [id] : []
}
