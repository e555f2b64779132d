// Agreed next steps: agreed, closed, moved to another day. Nothing here waits for the network.
import { newId } from '../contract/ids'
import type { Task } from '../contract/pull'
import type { TaskResult } from '../contract/terms'
import { dayOf } from '../rules/days'
import { DraftRefused } from '../rules/problems'
import { checkTask, type TaskDraft } from '../rules/task'
import { HOLD_MS, isHeld } from '../store/held'
import { plan, save, unsave } from '../store/outbox'
import type { NewCommand } from '../store/rows'
import { me, session, shift } from '../store/state'
import { behind } from './behind'

function agreeing(draft: TaskDraft, team_id: string | null, now: number): { id: string; command: NewCommand } {
  const problems = checkTask(draft, dayOf(now))
  if (Object.keys(problems).length) throw new DraftRefused(problems)
  const id = newId(now)
  const { person_id, household_id, encounter_id, due_time, point_id } = draft
  const command = plan({
    name: 'tasks.agree', record_id: id, hold_ms: HOLD_MS, now, after: behind({ person_id, household_id, encounter_id }),
    body: {
      task_id: id, team_id, person_id, household_id, encounter_id, what: draft.what.trim(), due_on: draft.due_on!, due_time,
      place_text: draft.place_text?.trim() || null, point_id, assignee_id: draft.mine ? session.value?.worker.id ?? null : null,
    },
  })
  return { id, command }
}

export interface Kept { task_id: string; undo: () => Promise<boolean> }

/** Taken back while it is held; false once it is on its way. */
const undoing = (...commands: NewCommand[]) => (): Promise<boolean> => unsave(commands.map(({ id }) => id), (row) => isHeld(row, Date.now()))

export async function agreeTask(draft: TaskDraft): Promise<Kept> {
  const team = shift.value?.team_id ?? me.value?.teams[0]?.id ?? null
  const { id, command } = agreeing(draft, team, Date.now())
  await save({ commands: [command] })
  return { task_id: id, undo: undoing(command) }
}

/** `again`: the day and hour it was moved to; a new step takes its place. */
export async function closeTask(task: Task, result: TaskResult, text: string | null, again?: { due_on: string | null; due_time: string | null }): Promise<Kept> {
  const now = Date.now()
  const note = text?.trim().slice(0, 200) || null
  const close = plan({ name: 'tasks.close', record_id: task.id, hold_ms: HOLD_MS, now, after: behind({ task_id: task.id }), body: { task_id: task.id, result, text: note } })
  if (result !== 'moved' || !again) {
    await save({ commands: [close] })
    return { task_id: task.id, undo: undoing(close) }
  }
  const { person_id, household_id, what, place_text, point_id, assignee_id, team_id } = task
  const draft = { person_id, household_id, encounter_id: null, what, ...again, place_text, point_id, mine: assignee_id !== null && assignee_id === session.value?.worker.id }
  const { id, command } = agreeing(draft, team_id, now) // not behind the closing: a colleague may have closed the old one first
  await save({ commands: [close, command] })
  return { task_id: id, undo: undoing(close, command) }
}
