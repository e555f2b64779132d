// The shift as it is lived: opened once, so that no encounter has to ask; then region, break, "passei aqui, ninguém", end.
// The place is what the phone had read at the tap; nothing is measured in between.
import type { Bodies, Place } from '../contract/commands'
import { instant, newId } from '../contract/ids'
import { rememberGround } from '../store/device'
import { HOLD_MS, isHeld } from '../store/held'
import { requireHandle } from '../store/open'
import { plan, save, unsave } from '../store/outbox'
import { me, shift, type Shift } from '../store/state'
import { afterShift } from './after-shift'

export interface ShiftStart {
  team_id: string
  reference_unit_id: string
  companion_ids: string[]
  region_id?: string | null
  place?: Place | null
  planned_shift_id?: string | null
}

export async function startShift(choice: ShiftStart): Promise<{ shift_id: string }> {
  const now = Date.now()
  const shiftId = newId(now)
  const { team_id, reference_unit_id, companion_ids, region_id = null, place = null, planned_shift_id = null } = choice
  const body = { shift_id: shiftId, team_id, reference_unit_id, companion_ids, region_id, place, planned_shift_id }
  const command = plan({ name: 'shifts.start', version: 2, body, record_id: shiftId, now })
  await save({
    commands: [command],
    shift: { shift_id: shiftId, team_id, reference_unit_id, companion_ids, started_at: instant(now), command_id: command.id, region_id, paused_at: null },
  })
  await rememberGround(requireHandle().key, { team_id, reference_unit_id })
  return { shift_id: shiftId }
}

/** `at`: the hour that she says, when it was before now; its place is not where she is now. Also of a shift that the server closed. */
export async function endShift(place: Place | null = null, at: string | null = null): Promise<void> {
  const open = shift.value
  if (!open) return
  const now = Date.now()
  const body = { shift_id: open.shift_id, place: at === null ? place : null, late: at !== null }
  const command = plan({ name: 'shifts.end', version: 2, body, record_id: open.shift_id, after: afterShift(), now, ...(at === null ? {} : { occurred_at: at }) })
  await save({ commands: [command], shift: null })
}

/** The server closed it, and that is right: nothing is left to tell. */
export async function leaveClosed(): Promise<void> {
  await save({ commands: [], shift: null })
}

export const enterRegion = (region_id: string): Promise<void> => say('shifts.enter_region', { region_id }, () => ({ region_id, paused_at: null }))
export const pauseShift = (): Promise<void> => say('shifts.pause', {}, (now) => ({ paused_at: instant(now) }))
export const resumeShift = (): Promise<void> => say('shifts.resume', {}, () => ({ paused_at: null }))

type Moment = 'shifts.enter_region' | 'shifts.pause' | 'shifts.resume'

async function say(name: Moment, more: { region_id?: string }, changed: (now: number) => Partial<Shift>): Promise<void> {
  const open = shift.value
  if (!open) return
  const now = Date.now()
  const body = { event_id: newId(now), shift_id: open.shift_id, ...more } as Bodies[Moment]
  await save({
    commands: [plan({ name, body, record_id: open.shift_id, after: afterShift(), now })],
    shift: { ...open, ...changed(now) },
  })
}

/** Held for ten seconds, in which it can be taken back; false once it is on its way. `at`: it was before, at a known point. */
export async function passBy(place: Place, at: string | null = null): Promise<{ undo: () => Promise<boolean> }> {
  const now = Date.now()
  const open = shift.value
  const id = newId(now)
  const team_id = open?.team_id ?? me.value?.teams.find((team) => team.kind === 'street')?.id
  if (!team_id) throw new Error('nobody passes by without a team')
  const body = { mark_id: id, shift_id: open?.shift_id ?? null, team_id, region_id: open?.region_id ?? null, place }
  const command = plan({ name: 'shifts.pass_by', body, record_id: id, after: afterShift(), hold_ms: HOLD_MS, now, ...(at === null ? {} : { occurred_at: at }) })
  // It also says that the break is over: the server reads it so.
  await save(open?.paused_at && at === null ? { commands: [command], shift: { ...open, paused_at: null } } : { commands: [command] })
  return { undo: () => takenBack(command.id, open) }
}

/** Taken back while it is held, it ended no break either. False once it is on its way. */
export async function takenBack(id: string, before: Shift | null): Promise<boolean> {
  const gone = await unsave(id, (row) => isHeld(row, Date.now()))
  const open = shift.value
  if (gone && before?.paused_at && open?.shift_id === before.shift_id && open.paused_at === null) await save({ commands: [], shift: { ...open, paused_at: before.paused_at } })
  return gone
}
