// What is told of a stop: somebody was there, or it could not be made. "Ninguém" is passBy, as anywhere.
import type { Place } from '../contract/commands'
import { newId } from '../contract/ids'
import type { RouteNight } from '../contract/pull'
import type { MissReason } from '../contract/routes'
import { HOLD_MS } from '../store/held'
import { plan, save } from '../store/outbox'
import type { NewCommand } from '../store/rows'
import { me, shift, type Shift } from '../store/state'
import { afterShift } from './after-shift'
import { takenBack } from './shift'

export interface Told { undo: () => Promise<boolean> }

export const atPoint = (point_id: string): Place =>
  ({ source: 'known_point', lon: null, lat: null, accuracy_m: null, point_id, text: null, reason: null, fixed_at: null })

/** `at`: it was before. A visit of now says, too, that the break is over. */
export async function visitPoint(point_id: string, people_count: number | null, at: string | null = null): Promise<Told> {
  const now = Date.now()
  const open = shift.value
  const team_id = open?.team_id ?? me.value?.teams.find((team) => team.kind === 'street')?.id
  if (!team_id) throw new Error('nobody visits a point without a team')
  const id = newId(now)
  const body = { mark_id: id, shift_id: open?.shift_id ?? null, team_id, point_id, people_count }
  return tell(plan({ name: 'shifts.visit_point', body, record_id: id, after: afterShift(), hold_ms: HOLD_MS, now, ...(at === null ? {} : { occurred_at: at }) }),
    open?.paused_at && at === null ? { ...open, paused_at: null } : undefined)
}

export async function missStop(night: Pick<RouteNight, 'id' | 'on_date'>, point_id: string, reason: MissReason): Promise<Told> {
  const now = Date.now()
  const id = newId(now)
  const body = { miss_id: id, route_id: night.id, point_id, on_date: night.on_date, reason }
  return tell(plan({ name: 'shifts.miss_stop', body, record_id: id, hold_ms: HOLD_MS, now }))
}

/** Held for ten seconds, in which it can be taken back; false once it is on its way. */
async function tell(command: NewCommand, changed?: Shift): Promise<Told> {
  const before = shift.value
  await save(changed ? { commands: [command], shift: changed } : { commands: [command] })
  return { undo: () => takenBack(command.id, changed ? before : null) }
}
