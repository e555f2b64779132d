// Somebody in a few words: how old, where and when last met.
import { AGE_BANDS, SEXES } from '../../contract/terms'
import type { Person } from '../../contract/pull'
import { regions } from '../../store/state'
import { age, now, t, tn } from '../../ui'

export function ageWords(person: Pick<Person, 'age' | 'age_estimated' | 'age_band'>): string | null {
  if (person.age !== null) {
    const years = tn('{n} ano', '{n} anos', person.age)
    return person.age_estimated ? t('cerca de {years}', { years }) : years
  }
  return person.age_band ? t(AGE_BANDS[person.age_band]) : null
}

export const nearWords = (person: Person): string | null =>
  person.near ?? regions.value.find((region) => region.id === person.region_id)?.name ?? null

export const lastMetWords = (person: Person): string =>
  [t('Vista {when}', { when: age(person.last_met_at, now.value) }), nearWords(person)].filter(Boolean).join(' · ')

export const whoWords = (person: Person): string => [ageWords(person), person.sex && t(SEXES[person.sex])].filter(Boolean).join(' · ')

export function otherNames(person: Person): string | null {
  const others = [...new Set(person.names.map((name) => name.value))].filter((name) => name !== person.called)
  return others.length ? others.slice(0, 2).join(', ') : null
}
