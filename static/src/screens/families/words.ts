// Who belongs to a family, in a few words: a child by its months, a gestante by her weeks.
import type { HouseholdMember } from '../../contract/pull'
import { MEMBER_KINDS, type MemberKind } from '../../contract/answers'
import { dayOf } from '../../rules/days'
import { isPastDue, monthsOf, weeksOf } from '../../rules/family'
import { dateOnly, now, t, tn, type IconName } from '../../ui'

export const today = (): string => dayOf(now.value)
export const MEMBER_ICONS: Record<MemberKind, IconName> = { child: 'child', pregnant: 'person', adult: 'person' }

export function ageWords(birth_on: string): string | null {
  const months = monthsOf(birth_on, today())
  if (months === null) return null
  if (months === 0) return t('menos de 1 mês')
  const years = Math.floor(months / 12)
  const rest = months % 12
  if (years === 0) return tn('{n} mês', '{n} meses', months)
  const whole = tn('{n} ano', '{n} anos', years)
  return years < 6 && rest > 0 ? t('{years} e {months}', { years: whole, months: tn('{n} mês', '{n} meses', rest) }) : whole
}

export function pregnancyWords(due_on: string | null): string | null {
  if (!due_on) return null
  if (isPastDue(due_on, today())) return t('O parto era previsto para {day}', { day: dateOnly(due_on) })
  const weeks = weeksOf(due_on, today())
  const due = t('parto previsto: {day}', { day: dateOnly(due_on) })
  return weeks === null ? due : `${tn('{n} semana', '{n} semanas', weeks)} · ${due}`
}

export function memberWords(member: Pick<HouseholdMember, 'kind' | 'birth_on' | 'due_on' | 'is_responsible'>): string {
  const about = member.kind === 'pregnant' ? pregnancyWords(member.due_on) : member.birth_on ? ageWords(member.birth_on) : null
  return [t(MEMBER_KINDS[member.kind]), about, member.is_responsible && t('responsável')].filter(Boolean).join(' · ')
}
