// The few checks a phone can make before it saves a home visit.
import { mark } from '../contract/words'
import type { Place } from '../contract/commands'
import type { VisitPresent, VisitResult } from '../contract/terms'
import { checkNote, checkPlace } from './encounter'
import type { FieldProblems } from './problems'

export interface HomeVisitDraft {
  household_id: string | null
  called: string | null // a name of the team's choice when the family is not on the list
  result: VisitResult | null
  present: VisitPresent[]
  member_ids: string[]
  place: Place
  late_at: string | null
  note: string | null
  next_on: string | null
  team_id?: string
}

export const MAX_CALLED = 80

export function checkHomeVisit(draft: HomeVisitDraft, now: number): FieldProblems {
  const found: FieldProblems = { ...checkPlace(draft.place, draft.late_at !== null), ...checkNote(draft.note) }
  if (!draft.household_id && !draft.called?.trim()) found['household_id'] = mark('Escolha a família ou escreva como a equipe a chama.')
  if ((draft.called?.length ?? 0) > MAX_CALLED) found['called'] = mark('O nome passa de 80 letras.')
  if (!draft.result) found['result'] = mark('Escolha o resultado da visita.')
  if (draft.late_at !== null && !(Date.parse(draft.late_at) <= now)) found['late_at'] = mark('A hora ainda não chegou.')
  if (draft.next_on !== null && !/^\d{4}-\d{2}-\d{2}$/.test(draft.next_on)) found['next_on'] = mark('A data não é válida.')
  return found
}
