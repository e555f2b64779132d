// A stop in words: since when nobody was there, how far and in which direction, what became of it tonight.
import type { Point, RouteStop } from '../../contract/pull'
import { DAY_PERIODS, MISS_REASONS, POINT_CONDITIONS, POINT_KINDS } from '../../contract/routes'
import { distanceM, type LonLat } from '../../map'
import { dayOf } from '../../rules/days'
import { periodOf, standingOf, windOf } from '../../rules/route'
import { daysSince } from '../../rules/shift'
import { me } from '../../store/state'
import { clockTime, distance, t, tn } from '../../ui'
import type { StateWord } from '../frame/states'
import { cityNow } from '../referral/city-clock'

const staleDays = () => me.value?.settings.point_stale_days

export const standing = (point: Point, last = point.last_visit_on ?? null) => standingOf(point, last, dayOf(cityNow.value), staleDays())

export function visitWords(point: Point, last = point.last_visit_on ?? null): string {
  const days = daysSince(last, dayOf(cityNow.value))
  const how = standing(point, last)
  if (days === null) return t('informação precária')
  const since = days === 0 ? t('visitado hoje') : tn('visitado há {n} dia', 'visitado há {n} dias', days)
  if (how === 'precarious') return `${since}, ${t('informação precária')}`
  return how === 'due' && days > 0 ? `${since}, ${t('hora de voltar')}` : since
}

/** "1,2 km a nordeste" */
export function wayWords(here: LonLat | null, point: Point): string | null {
  if (here === null) return null
  const metres = distanceM(here, [point.lon, point.lat])
  if (metres < 60) return t('aqui')
  const winds = [t('ao norte'), t('a nordeste'), t('a leste'), t('a sudeste'), t('ao sul'), t('a sudoeste'), t('a oeste'), t('a noroeste')]
  return `${distance(metres)} ${winds[windOf(here, [point.lon, point.lat])]}`
}

export const kindWords = (point: Point): string => (point.kind in POINT_KINDS ? t(POINT_KINDS[point.kind as keyof typeof POINT_KINDS]) : point.kind)
export const peakWords = (point: Point): string => (point.peaks ?? []).map((key) => t(DAY_PERIODS[key] ?? key)).join(', ')
export const conditionWords = (point: Point): string => (point.conditions ?? []).map((key) => t(POINT_CONDITIONS[key] ?? key)).join(', ')
export const isPeak = (point: Point): boolean => (point.peaks ?? []).includes(periodOf(cityNow.value))

export function stopState(stop: RouteStop): StateWord | null {
  const time = stop.at ? clockTime(stop.at, me.value?.municipality.timezone) : ''
  switch (stop.state) {
    case 'done': return { icon: 'delivered', tone: 'ok', word: t('Feito às {time}', { time }) }
    case 'nobody': return { icon: 'street', tone: 'info', word: t('Ninguém às {time}', { time }) }
    case 'missed': return { icon: 'close', tone: 'warn', word: stop.reason ? t('Não deu: {reason}', { reason: t(MISS_REASONS[stop.reason]) }) : t('Não deu') }
    case null: return null
  }
}
