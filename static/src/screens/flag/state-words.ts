// How a flag goes, in words that say nothing of what it is about.
import type { ShownFlag } from '../../store/flags'
import { me } from '../../store/state'
import { clockTime, dayAndTime, now, t, type IconName, type Tone } from '../../ui'

const DAY_MS = 24 * 3_600_000

export function timeOf(at: string): string {
  const zone = me.value?.municipality.timezone
  return now.value - Date.parse(at) < DAY_MS ? clockTime(at, zone) : dayAndTime(at, zone)
}

export const isWaiting = (flag: ShownFlag): boolean => flag.state !== 'delivered' && flag.state !== 'remote'

/** What the one who waits beside somebody must know first. */
export function guidanceOf(flag: ShownFlag): { tone: Tone; icon: IconName; words: string } | null {
  switch (flag.told?.guidance) {
    case 'stay': return { tone: 'warn', icon: 'people', words: t('Fique com a pessoa') }
    case 'may_leave': return { tone: 'ok', icon: 'leave', words: t('Pode sair') }
    case 'call_again': return { tone: 'bad', icon: 'phone', words: t('Ligue de novo para quem está de plantão') }
    default: return null
  }
}

/** One line for lists: what has become of it. */
export function stateWords(flag: ShownFlag): string {
  if (flag.state === 'needs_you') return t('Precisa de você')
  if (isWaiting(flag)) return t('Ainda não enviado')
  const { told } = flag
  if (!told) return t('Entregue à central')
  if (told.status === 'closed') return t('Encerrado')
  if (told.mistake === 'said') return t('Engano avisado, a técnica confere')
  if (told.seen_at) return told.seen_where ? t('Visto em {unit} às {time}', { unit: told.seen_where, time: timeOf(told.seen_at) }) : t('Visto às {time}', { time: timeOf(told.seen_at) })
  return t('Entregue, ainda não visto')
}
