// Two records of one meeting: joined by a person, and parted again. Loaded with the screens that propose it.
import { newId } from '../contract/ids'
import { keptOf } from '../rules/same-encounter'
import { HOLD_MS, isHeld } from '../store/held'
import { plan, save, unsave } from '../store/outbox'
import { commandRows } from '../store/load'
import { neverSent } from '../store/outbox'
import { behind } from './behind'

export interface Joined { join_id: string; undo: () => Promise<boolean> }

export async function joinEncounters(a: { id: string; occurred_at: string }, b: { id: string; occurred_at: string }): Promise<Joined> {
  const now = Date.now()
  const { kept, joined } = keptOf({ id: a.id, at: Date.parse(a.occurred_at) }, { id: b.id, at: Date.parse(b.occurred_at) })
  const join_id = newId(now)
  const after = [...behind({ encounter_id: kept.id }), ...behind({ encounter_id: joined.id })]
  const command = plan({ name: 'encounters.join', record_id: joined.id, after, hold_ms: HOLD_MS, now, body: { join_id, kept_id: kept.id, joined_id: joined.id } })
  await save({ commands: [command] })
  return { join_id, undo: () => unsave(command.id, (row) => isHeld(row, Date.now())) }
}

/** They were two meetings: what never left is taken out, what may have arrived is undone. */
export async function partEncounters(join_id: string, joined_id: string): Promise<void> {
  const joining = commandRows.value.find((row) => row.name === 'encounters.join' && (row.body as { join_id?: string } | null)?.join_id === join_id)
  if (joining && neverSent(joining) && await unsave(joining.id, neverSent)) return
  const after = joining && joining.state !== 'delivered' ? [joining.id] : []
  await save({ commands: [plan({ name: 'encounters.unjoin', record_id: joined_id, after, now: Date.now(), body: { join_id } })] })
}
