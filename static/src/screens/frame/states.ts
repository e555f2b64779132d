// One word and one icon for each state, the same on every screen.
import type { LocalRecord, SendState } from '../../store/state'
import { t, type IconName, type Tone } from '../../ui'

export interface StateWord { icon: IconName; tone: Tone | 'plain'; word: string }

export function sendState(state: SendState | 'remote'): StateWord {
  switch (state) {
    case 'held': return { icon: 'held', tone: 'plain', word: t('Guardado') }
    case 'queued': return { icon: 'queued', tone: 'plain', word: t('A enviar') }
    case 'sending': return { icon: 'sending', tone: 'info', word: t('Enviando') }
    case 'delivered': return { icon: 'delivered', tone: 'ok', word: t('Entregue') }
    case 'needs_you': return { icon: 'needs', tone: 'warn', word: t('Precisa de você') }
    case 'withdrawn': return { icon: 'withdrawn', tone: 'plain', word: t('Retirado') }
    case 'remote': return { icon: 'delivered', tone: 'ok', word: t('Na central') }
  }
}

export function recordState(record: LocalRecord): StateWord {
  if (record.status === 'withdrawn' && record.state !== 'needs_you') return { icon: 'withdrawn', tone: 'plain', word: t('Retirado') }
  if (record.status === 'corrected') return { icon: 'history', tone: 'plain', word: t('Corrigido') }
  if (record.status === 'joined') return { icon: 'people', tone: 'plain', word: t('Juntado a outro registro') }
  return sendState(record.state)
}
