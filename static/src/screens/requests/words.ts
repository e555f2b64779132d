// A request in words: for whom, where, since when.
import { REQUEST_PURPOSES, type PulledRequest, type RequestStatus } from '../../contract/requests'
import { points, regions } from '../../store/state'
import { t, tn } from '../../ui'
import type { StateWord } from '../frame/states'

export const purposeWords = (one: PulledRequest): string => t(REQUEST_PURPOSES[one.purpose])

export function placeWords(one: PulledRequest): string | null {
  const point = points.value.find(({ id }) => id === one.point_id)?.name
  const named = [point, one.street, one.neighbourhood].filter(Boolean).join(' · ')
  return named || one.place_text || regions.value.find(({ id }) => id === one.region_id)?.name || null
}

export const peopleWords = (one: PulledRequest): string | null =>
  [(one.people_count ?? 0) > 1 && tn('{n} pessoa', '{n} pessoas', one.people_count!), one.with_children && t('com criança')].filter(Boolean).join(' · ') || null

export function requestState(status: RequestStatus): StateWord {
  switch (status) {
    case 'dispatched': return { icon: 'needs', tone: 'warn', word: t('Nova') }
    case 'on_the_way': return { icon: 'send', tone: 'info', word: t('A caminho') }
    case 'there': return { icon: 'pin', tone: 'info', word: t('No local') }
    case 'closed': return { icon: 'delivered', tone: 'ok', word: t('Encerrada') }
  }
}

/** Opens the phone's own map, whichever it is; no map of ours is asked. */
export const wayTo = (one: PulledRequest): string | null =>
  one.lon === null || one.lat === null ? null : `geo:${one.lat},${one.lon}?q=${one.lat},${one.lon}`
