// A record in a few words: what it was, how many, how it ended.
import { OUTCOMES, SITUATIONS, VISIT_RESULTS } from '../../contract/terms'
import { households, type LocalEncounter, type LocalHomeVisit, type LocalRecord } from '../../store/state'
import { t, tn, type IconName } from '../../ui'

export const situationOf = (record: LocalEncounter) => record.body?.situation ?? record.remote?.situation ?? null
export const outcomeOf = (record: LocalEncounter) => record.body?.outcome ?? record.remote?.outcome ?? null
export const peopleCountOf = (record: LocalEncounter) => record.body?.people_count ?? record.remote?.people.length ?? 0

export function familyName(record: LocalHomeVisit): string {
  const id = record.body?.household_id ?? record.remote?.household_id
  const known = id ? households.value.find((household) => household.id === id)?.called : null
  return known ?? record.body?.called ?? record.remote?.called ?? t('Família')
}

export function recordTitle(record: LocalRecord): string {
  if (record.type === 'home_visit') return familyName(record)
  const outcome = outcomeOf(record)
  if (outcome === 'not_found') return t(OUTCOMES.not_found)
  const situation = situationOf(record)
  const first = situation ? t(SITUATIONS[situation]) : outcome ? t(OUTCOMES[outcome]) : t('Encontro')
  const count = peopleCountOf(record)
  return count > 1 ? `${first} · ${tn('{n} pessoa', '{n} pessoas', count)}` : first
}

export function recordResult(record: LocalRecord): string | null {
  if (record.type === 'home_visit') {
    const result = record.body?.result ?? record.remote?.result
    return result ? t(VISIT_RESULTS[result]) : null
  }
  const outcome = outcomeOf(record)
  return outcome && situationOf(record) && outcome !== 'not_found' ? t(OUTCOMES[outcome]) : null
}

export function recordIcon(record: LocalRecord): IconName {
  if (record.type === 'home_visit') return 'home'
  const outcome = outcomeOf(record)
  if (outcome === 'not_found') return 'notFound'
  if (outcome === 'declined_to_talk') return 'noTalk'
  const situation = situationOf(record)
  if (situation === 'family') return 'family'
  if (situation === 'child_or_adolescent') return 'child'
  return peopleCountOf(record) > 1 ? 'people' : 'person'
}
