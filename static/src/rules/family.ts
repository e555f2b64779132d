// A family and who belongs to it: how old a child is, how far a pregnancy, what a form may hold.
import { mark } from '../contract/words'
import type { MemberKind } from '../contract/terms'
import { daysBetween, isDay } from './days'
import type { FieldProblems } from './problems'

export interface MemberDraft {
  member_id: string | null // null: somebody new
  called: string
  kind: MemberKind | null
  birth_on: string | null
  due_on: string | null
  is_responsible: boolean
  person_id: string | null
}
export interface FamilyDraft { called: string; region_id: string | null; address_hint: string; members: MemberDraft[] }

export const MAX_NAME = 80
export const MAX_ADDRESS = 200
const TERM_DAYS = 280 // 40 weeks from the last menstruation to the due date

/** Whole months lived; null before the birth. */
export function monthsOf(birth_on: string, today: string): number | null {
  const [y = 0, m = 0, d = 0] = birth_on.split('-').map(Number)
  const [ty = 0, tm = 0, td = 0] = today.split('-').map(Number)
  const months = (ty - y) * 12 + tm - m - (td < d ? 1 : 0)
  return months < 0 ? null : months
}

/** Whole weeks of the pregnancy; null when the date says nothing sensible. */
export function weeksOf(due_on: string, today: string): number | null {
  const weeks = Math.floor((TERM_DAYS - daysBetween(today, due_on)) / 7)
  return weeks < 0 || weeks > 44 ? null : weeks
}

export const isPastDue = (due_on: string, today: string): boolean => daysBetween(today, due_on) < 0

export function checkMember(draft: MemberDraft, today: string): FieldProblems {
  const found: FieldProblems = {}
  const name = draft.called.trim()
  if (!name) found['called'] = mark('Diga como a pessoa é chamada.')
  else if (name.length > MAX_NAME) found['called'] = mark('O nome passa de 80 letras.')
  if (!draft.kind) found['kind'] = mark('Diga se é criança, gestante ou adulto.')
  if (draft.birth_on) {
    if (!isDay(draft.birth_on)) found['birth_on'] = mark('Esta data não existe.')
    else if (daysBetween(today, draft.birth_on) > 0) found['birth_on'] = mark('O nascimento ainda não chegou. É a data prevista de uma gestante?')
    else if (daysBetween(draft.birth_on, today) > 366 * 120) found['birth_on'] = mark('Confira o ano do nascimento.')
  }
  if (draft.kind === 'pregnant' && draft.due_on) {
    if (!isDay(draft.due_on)) found['due_on'] = mark('Esta data não existe.')
    else if (Math.abs(daysBetween(today, draft.due_on)) > 300) found['due_on'] = mark('A data prevista fica a menos de dez meses de hoje.')
  }
  return found
}

export function checkFamily(draft: FamilyDraft): FieldProblems {
  const found: FieldProblems = {}
  if (!draft.called.trim()) found['called'] = mark('Dê um nome à família.')
  else if (draft.called.trim().length > MAX_NAME) found['called'] = mark('O nome passa de 80 letras.')
  if (draft.address_hint.trim().length > MAX_ADDRESS) found['address_hint'] = mark('O endereço passa de 200 letras.')
  return found
}
