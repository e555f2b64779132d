// What became of a referral, in one badge: the same word on every screen.
import { DECLINE_REASONS } from '../../contract/terms'
import type { LocalReferral } from '../../store/state'
import { clockTime, dayAndTime, t } from '../../ui'
import { sendState, type StateWord } from '../frame/states'

/** The server has it: until then nothing is known of the unit. */
export const isReceived = ({ state }: Pick<LocalReferral, 'state'>): boolean => state === 'delivered' || state === 'remote'

export const OPEN: readonly LocalReferral['status'][] = ['sent', 'held', 'accepted', 'on_the_way']
export const isOpen = (one: LocalReferral): boolean => OPEN.includes(one.status) && one.state !== 'withdrawn'
/** For whom the team must do something: another unit, or another try. */
export const isStuck = (one: LocalReferral): boolean => one.state !== 'withdrawn' && (one.status === 'declined' || one.status === 'not_arrived' || isTaken(one))
/** The asked place was somebody else's already. */
export const isTaken = (one: LocalReferral): boolean => one.status === 'sent' && one.hold === 'taken'

export const takenWord = ({ why }: LocalReferral): string => (why ? t(DECLINE_REASONS[why]) : t('A vaga foi ocupada'))

export function isOverdue(one: LocalReferral, now: number): boolean {
  const until = one.held_until ?? one.arrive_by
  return isOpen(one) && until !== null && Date.parse(until) < now
}

const NEAR_MS = 18 * 3_600_000

/** The hour, and the day where it isn't this night's. */
export const untilWords = (iso: string, now: number, timeZone?: string): string =>
  (Math.abs(Date.parse(iso) - now) < NEAR_MS ? clockTime(iso, timeZone) : dayAndTime(iso, timeZone))

/** `now` by the server's clock. */
export function referralState(one: LocalReferral, now: number, timeZone?: string): StateWord {
  if (isOverdue(one, now)) return { icon: 'clock', tone: 'warn', word: t('Passou da hora') }
  switch (one.status) {
    case 'held': return {
      icon: 'bed', tone: 'ok', word: one.held_until ? t('Vaga guardada até {time}', { time: untilWords(one.held_until, now, timeZone) }) : t('Vaga guardada'),
    }
    case 'accepted': return { icon: 'check', tone: 'ok', word: t('Aceito, pode ir') }
    case 'on_the_way': return { icon: 'next', tone: 'info', word: t('A caminho') }
    case 'arrived': return { icon: 'door', tone: 'ok', word: t('Chegou') }
    case 'in_service': return { icon: 'door', tone: 'ok', word: t('Em atendimento') }
    case 'ended': return { icon: 'delivered', tone: 'ok', word: t('Encerrado com resposta') }
    case 'not_arrived': return { icon: 'needs', tone: 'warn', word: t('Não chegou') }
    case 'revoked': return { icon: 'withdrawn', tone: 'plain', word: t('Cancelado') }
    case 'redirected': return { icon: 'next', tone: 'plain', word: t('Foi para outra unidade') }
    case 'declined': {
      const why = one.decline_reason && DECLINE_REASONS[one.decline_reason]
      return { icon: 'close', tone: 'bad', word: why ? t('Não pôde receber: {why}', { why: t(why) }) : t('Não pôde receber') }
    }
    case 'sent':
      if (!isReceived(one)) return sendState(one.state as Exclude<LocalReferral['state'], 'remote'>)
      if (isTaken(one)) return { icon: 'close', tone: 'bad', word: takenWord(one) }
      return { icon: 'clock', tone: 'info', word: t('Esperando resposta') }
  }
}
