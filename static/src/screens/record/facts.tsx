// What was registered, in the order in which a person would tell it. What nobody answered is not shown.
import { AGE_BANDS, ORIGINS, PLACE_SOURCES, VISIT_PRESENT, type AgeBand } from '../../contract/terms'
import { me, type LocalEncounter, type LocalHomeVisit, type LocalRecord } from '../../store/state'
import { dateOnly, dayAndTime, t } from '../../ui'
import { outcomeOf, peopleCountOf, recordResult } from '../frame/record-words'

function Fact({ label, value }: { label: string; value: string | null | undefined }) {
  if (!value) return null
  return <div><dt>{label}</dt><dd>{value}</dd></div>
}

function placeText(record: LocalRecord): string | null {
  const place = record.body?.place
  const how = place ? t(PLACE_SOURCES[place.source]) : null
  const accuracy = place?.accuracy_m ? `± ${Math.round(place.accuracy_m)} m` : null
  return [place?.text ?? record.place_label, how, accuracy].filter(Boolean).join(' · ') || null
}

function when(record: LocalRecord): string {
  const remote = record.type === 'encounter' ? record.remote : null
  return [
    dayAndTime(record.occurred_at, me.value?.municipality.timezone),
    (record.body?.late ?? remote?.late) && t('anotado depois'),
    remote?.time_uncertain && t('hora incerta'),
  ].filter(Boolean).join(' · ')
}

// "2 de 18 a 59 anos, 1 não observado"
function ages(record: LocalEncounter): string | null {
  const people = record.body?.people ?? record.remote?.people ?? []
  if (!people.some((person) => person.age_band)) return null
  const count = new Map<AgeBand | null, number>()
  for (const person of people) count.set(person.age_band, (count.get(person.age_band) ?? 0) + 1)
  const bands = Object.keys(AGE_BANDS) as AgeBand[]
  return [...bands, null].filter((band) => count.has(band))
    .map((band) => `${count.get(band)} · ${band ? t(AGE_BANDS[band]) : t('não observado')}`).join(', ')
}

function EncounterFacts({ record }: { record: LocalEncounter }) {
  return (
    <>
      {outcomeOf(record) !== 'not_found' && <Fact label={t('Pessoas')} value={String(peopleCountOf(record))} />}
      <Fact label={t('Idades')} value={ages(record)} />
      <Fact label={t('Resultado')} value={recordResult(record)} />
      <Fact label={t('Origem')} value={record.body?.origin ? t(ORIGINS[record.body.origin]) : null} />
    </>
  )
}

function VisitFacts({ record }: { record: LocalHomeVisit }) {
  const next = record.body?.next_on ?? record.remote?.next_on
  return (
    <>
      <Fact label={t('Resultado')} value={recordResult(record)} />
      <Fact label={t('Quem estava')} value={record.body?.present.map((who) => t(VISIT_PRESENT[who])).join(', ') || null} />
      <Fact label={t('Próxima visita')} value={next ? dateOnly(next) : null} />
    </>
  )
}

export function Facts({ record }: { record: LocalRecord }) {
  return (
    <dl class="facts card">
      <Fact label={t('Quando')} value={when(record)} />
      {record.type === 'encounter' ? <EncounterFacts record={record} /> : <VisitFacts record={record} />}
      <Fact label={t('Local')} value={placeText(record)} />
      <Fact label={t('Anotação')} value={record.body?.note} />
      {!record.mine && record.type === 'encounter' && <Fact label={t('Registrado por')} value={record.remote?.worker_name} />}
    </dl>
  )
}
