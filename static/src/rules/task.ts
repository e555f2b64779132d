// An agreed next step: what, when, where, who. The few checks a phone can make before it keeps one.
import { mark } from '../contract/words'
import { daysBetween, isDay } from './days'
import type { FieldProblems } from './problems'

export interface TaskDraft {
  person_id: string | null
  household_id: string | null
  encounter_id: string | null
  what: string
  due_on: string | null
  due_time: string | null // "14:30"; null: any hour
  place_text: string | null
  point_id: string | null
  mine: boolean // this worker goes; else whoever of the team can
}

export const MAX_WHAT = 200
export const MAX_TASK_PLACE = 200

export function checkTask(draft: TaskDraft, today: string): FieldProblems {
  const found: FieldProblems = {}
  const what = draft.what.trim()
  if (!what) found['what'] = mark('Diga o que ficou combinado.')
  else if (what.length > MAX_WHAT) found['what'] = mark('O combinado passa de 200 letras.')
  if (!draft.due_on || !isDay(draft.due_on)) found['due_on'] = mark('Escolha o dia.')
  else if (daysBetween(today, draft.due_on) < 0) found['due_on'] = mark('Este dia já passou.')
  else if (daysBetween(today, draft.due_on) > 366) found['due_on'] = mark('Escolha um dia dentro de um ano.')
  if (draft.due_time !== null && !/^([01]\d|2[0-3]):[0-5]\d$/.test(draft.due_time)) found['due_time'] = mark('A hora vai de 00:00 a 23:59.')
  if ((draft.place_text?.trim().length ?? 0) > MAX_TASK_PLACE) found['place_text'] = mark('O lugar passa de 200 letras.')
  return found
}

interface Due { due_on: string; due_time: string | null }

/** By day, then by hour; one without an hour comes after those with one. */
export const byDue = (a: Due, b: Due): number =>
  a.due_on === b.due_on ? (a.due_time ?? '99').localeCompare(b.due_time ?? '99') : a.due_on < b.due_on ? -1 : 1
