import type { Receives } from '../../contract/network'
import { dayAfter } from '../../rules/days'
import { age, dateOnly, distance, mark, t, tn } from '../../ui'
import type { UnitView } from './units'

export function roomWords(view: UnitView, now: number): string {
  if (view.free === null) return t('Vagas: não informado')
  const count = view.free === 0 ? t('Sem vaga') : tn('{n} vaga', '{n} vagas', view.free)
  return [count, age(view.unit.free_noted_at!, now), view.stale ? t('não confirmado') : null].filter(Boolean).join(' · ')
}

/** Day and month alone: 10/12. */
export const shortDay = (day: string): string => dateOnly(day).replace(/[/ ]\d{4}$/, '')

// Of the person, in the words in which she would say it.
export const SAID: readonly { value: Receives; label: string }[] = [
  { value: 'men', label: mark('Homem') },
  { value: 'women', label: mark('Mulher') },
  { value: 'families', label: mark('Família') },
  { value: 'couples', label: mark('Casal') },
  { value: 'lgbt', label: mark('LGBTQIA+') },
  { value: 'elderly', label: mark('Pessoa idosa') },
  { value: 'children', label: mark('Com crianças') },
  { value: 'animals', label: mark('Com animais') },
  { value: 'carts', label: mark('Com carroça') },
  { value: 'wheelchair', label: mark('Cadeira de rodas') },
]

const NOT_RECEIVED: Record<Receives, string> = {
  men: mark('Não diz que recebe homens'),
  women: mark('Não diz que recebe mulheres'),
  families: mark('Não diz que recebe famílias'),
  couples: mark('Não diz que recebe casais'),
  lgbt: mark('Não diz que recebe pessoas LGBTQIA+'),
  elderly: mark('Não diz que recebe pessoas idosas'),
  children: mark('Não diz que recebe crianças'),
  animals: mark('Não recebe animais'),
  carts: mark('Não tem lugar para carroça'),
  wheelchair: mark('Não diz que recebe cadeira de rodas'),
  under_effect: mark('Não diz que recebe quem usou álcool ou outra droga'),
}
export const mismatchWords = (mismatch: Receives): string => t(NOT_RECEIVED[mismatch])

/** What may turn this person away there; the worker decides. */
export function limitsOf(view: UnitView): string[] {
  const { unit } = view
  const has = (what: string) => unit.receives.includes(what)
  const limits = [
    ...(view.suspended === null ? [] : [t('Esta unidade não recebe até {date}', { date: shortDay(view.suspended) })]),
    ...[...view.mismatches, ...view.hints].map(mismatchWords),
  ]
  if (has('women') && !has('men')) limits.push(has('families') ? t('Só mulheres e famílias') : t('Só mulheres'))
  if (has('men') && !has('women')) limits.push(has('families') ? t('Só homens e famílias') : t('Só homens'))
  if (!unit.has_desk) limits.push(t('Responde por telefone: você anota a resposta'))
  return limits
}

const clock = (wall: string): string => wall.slice(11, 16)

/** Until when, or from when, somebody who comes is received. `today`: the city's own day. */
export function openWords(view: UnitView, today: string): string | null {
  const { is_open, admits, admits_until, next_admits } = view.standing
  if (admits === true) return admits_until === null ? t('Recebe a qualquer hora') : t('Recebe até {time}', { time: clock(admits_until) })
  if (admits === false) {
    if (next_admits === null) return is_open ? t('Aberto, mas não recebe agora') : t('Fechado agora')
    const day = next_admits.slice(0, 10)
    if (day === today) return t('Recebe a partir de {time}', { time: clock(next_admits) })
    if (day === dayAfter(today, 1)) return t('Recebe amanhã às {time}', { time: clock(next_admits) })
    return t('Recebe em {date} às {time}', { date: shortDay(day), time: clock(next_admits) })
  }
  if (is_open !== null) return is_open ? t('Aberto agora') : t('Fechado agora')
  return view.unit.hours_text
}

export const awayWords = (view: UnitView): string | null => (view.metres === null ? null : distance(view.metres))

export const callHref = (phone: string): string => `tel:${phone.replace(/[^\d+]/g, '')}`

