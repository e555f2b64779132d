/** Where a flag begins: what is known there already need not be said again. In memory alone: an address would tell of it. */
import { signal } from '@preact/signals'
import { ageOf, type FlagFacts } from '../../rules/flag'
import { households, type LocalEncounter, type LocalHomeVisit } from '../../store/state'
import type { AgeBand } from '../../contract/terms'
import type { Person } from '../../contract/pull'
import { go, t } from '../../ui'
import { AGE_BANDS } from '../../contract/terms'
import { presentOf } from '../encounter/present'
import { isStale } from '../place/when'
import type { PlaceChoice } from '../place/place'
import { fromNothing, type Candidate, type From } from './draft'

export const begun = signal<From | null>(null)

export function beginFlag(from: From): void {
  begun.value = from
  go('/alerta')
}

const asSex = (sex: string | null | undefined): FlagFacts['sex'] => (sex === 'male' || sex === 'female' ? sex : null)
const lateOf = (occurred_at: string): string | null => (isStale(occurred_at, Date.now()) ? occurred_at : null)
const placeOf = (body: LocalEncounter['body'] | LocalHomeVisit['body'], occurred_at: string): PlaceChoice => (
  body ? { kind: 'kept', place: body.place } : lateOf(occurred_at) === null ? { kind: 'auto' }
    : { kind: 'kept', place: { source: 'none', lon: null, lat: null, accuracy_m: null, point_id: null, text: null, reason: null, fixed_at: null } }
)

export function fromEncounter(record: LocalEncounter): From {
  const there = presentOf(record)
  const bodies = record.body?.people ?? record.remote?.people ?? []
  const situation = record.body?.situation ?? record.remote?.situation ?? null
  const aChild = there.length === 1 && situation === 'child_or_adolescent'
  const candidates = there.map((one, at): Candidate => ({
    key: one.participation_id, person_id: one.person_id,
    label: one.called ?? `${t('Pessoa {n}', { n: at + 1 })}${one.age_band ? ` · ${t(AGE_BANDS[one.age_band])}` : ''}`,
    facts: { ...(one.age_band === null && aChild ? { age: null, minor_seen: true } : ageOf(one.age_band)), sex: asSex(bodies.find((each) => each.participation_id === one.participation_id)?.sex) },
  }))
  return {
    ...fromNothing(), source: 'encounter', source_id: record.id, candidates,
    place: placeOf(record.body, record.occurred_at), at: lateOf(record.occurred_at),
  }
}

export function fromVisit(record: LocalHomeVisit): From {
  const household_id = record.body?.household_id ?? record.remote?.household_id ?? null
  const members = households.value.find((one) => one.id === household_id)?.members ?? []
  const candidates = members.map((one): Candidate => ({
    key: one.id, label: one.called, person_id: one.person_id,
    facts: ageOf(null, one.birth_on ? yearsSince(one.birth_on) : null),
  }))
  return { ...fromNothing(), source: 'home_visit', source_id: record.id, household_id, candidates, place: placeOf(record.body, record.occurred_at), at: lateOf(record.occurred_at) }
}

export function fromPerson(person: Pick<Person, 'id' | 'called' | 'age' | 'sex'> & { age_band: AgeBand | null }): From {
  return { ...fromNothing(), person_id: person.id, who: person.called, facts: { ...ageOf(person.age_band, person.age), sex: asSex(person.sex) } }
}

function yearsSince(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const today = new Date()
  const passed = today.getMonth() + 1 > month || (today.getMonth() + 1 === month && today.getDate() >= date)
  return Math.max(0, today.getFullYear() - year - (passed ? 0 : 1))
}
