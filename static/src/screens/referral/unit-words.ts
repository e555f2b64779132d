import type { Unit } from '../../contract/pull'
import { age, distance, t, tn } from '../../ui'
import type { Mismatch, UnitView } from './units'

export function roomWords(view: UnitView, now: number): string {
  if (view.free === null) return t('Vagas: não informado')
  const count = view.free === 0 ? t('Sem vaga') : tn('{n} vaga', '{n} vagas', view.free)
  return `${count} · ${age(view.unit.free_noted_at!, now)}`
}

export function mismatchWords(mismatch: Mismatch): string {
  return mismatch === 'animals' ? t('Não recebe animais') : t('Não recebe famílias')
}

/** What the unit says of itself that may turn this person away; the worker decides. */
export function limitsOf(unit: Unit): string[] {
  const has = (what: string) => unit.receives.includes(what)
  const limits: string[] = []
  if (has('women') && !has('men')) limits.push(has('families') ? t('Só mulheres e famílias') : t('Só mulheres'))
  if (has('men') && !has('women')) limits.push(has('families') ? t('Só homens e famílias') : t('Só homens'))
  return limits
}

export function openWords(view: UnitView): string | null {
  if (view.open === true) return t('Aberto agora')
  if (view.open === false) return t('Fechado agora')
  return view.unit.hours_text
}

export function awayWords(view: UnitView): string | null {
  return view.metres === null ? null : distance(view.metres)
}

export const callHref = (phone: string): string => `tel:${phone.replace(/[^\d+]/g, '')}`
