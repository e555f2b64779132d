// One form for a phone that is open and for one that is shut: who, what, calls first when somebody is in danger.
import type { FlagCall } from '../../actions/flag'
import { regionAt } from '../../map'
import { position } from '../../platform/position'
import { callsInDanger, isAdult } from '../../rules/flag'
import { points, regions } from '../../store/state'
import { useState } from 'preact/hooks'
import { Button, Notice, Switch, Tiles, t } from '../../ui'
import { otherProblems, problemOf, type Problems } from '../form/problems'
import { WhenField } from '../form/when-field'
import { PlaceStrip } from '../place/place-strip'
import type { Attempt } from '../../store/flags'
import { Calls, withRinging } from './calls'
import { choosing, flagInput, type FlagForm } from './draft'
import { ChildRule, DangerSwitch, FirstQuestions, Observed, WhoIsTold, withFacts, type Table } from './form'
import { WordsFields } from './words-fields'

const ASKED = ['kinds', 'called', 'seen', 'said', 'place', 'late_at', 'people_count']

/** The region of the place, as far as the phone knows: whose Conselho Tutelar is on duty there. */
export function regionOf(form: FlagForm): string | null {
  const { place } = flagInput(form, position.value, Date.now())
  if (place?.point_id) return points.value.find((point) => point.id === place.point_id)?.region_id ?? null
  return place?.lon != null && place.lat !== null ? regionAt([place.lon, place.lat], regions.value)?.id ?? null : null
}

const attemptOf = (call: FlagCall): Attempt => ({ ...call, protocol: call.protocol || null })

export function FlagFields({ form, onChange, table, canShut, toldBefore, problems, shut }: {
  form: FlagForm; onChange: (form: FlagForm) => void; table: Table; canShut: boolean; toldBefore: boolean; problems: Problems; shut?: boolean
}) {
  const { facts } = form
  const put = (changed: Parameters<typeof withFacts>[1]) => onChange({ ...form, facts: withFacts(facts, changed) })
  const others = otherProblems(problems, ASKED)
  const adult = isAdult(facts)
  const [more, setMore] = useState(false)
  return (
    <div class="flag stack">
      {others.length > 0 && <Notice tone="bad" name="problems">{others.map((sentence) => <p key={sentence}>{sentence}</p>)}</Notice>}
      {form.who && !form.unseen && <p class="inline" data-name="flag-who">{t('Sobre {name}', { name: form.who })}</p>}
      <DangerSwitch facts={facts} onPut={put} />
      {facts.risk === 'danger_now' && (
        <Calls title={t('Ligue agora')} codes={callsInDanger(facts, table.recipients)} recipients={table.recipients} regionId={regionOf(form)} attempts={form.calls.map(attemptOf)}
          ringing={form.ringing} onRinging={(code, one) => onChange({ ...form, ringing: withRinging(form.ringing, code, one) })}
          onTell={(call) => onChange({ ...form, calls: [...form.calls, call], ringing: withRinging(form.ringing, call.recipient, null) })} />
      )}
      {form.candidates.length > 1 && (
        <Tiles legend={t('De quem é o alerta?')} name="flag-candidate" columns={2} clearable value={form.candidate} onChange={(key) => onChange(choosing(form, key))}
          options={form.candidates.map(({ key, label }) => ({ value: key, label }))} />
      )}
      <FirstQuestions facts={facts} onPut={put} problems={problems} legend={t('O que você viu?')} />
      <ChildRule facts={facts} toldBefore={toldBefore} onPut={put} />
      <WhoIsTold facts={facts} table={table} onPut={put} />
      <section class="stack" data-name="flag-more">
        <h2 class="section">{t('Quer completar?')}<small>{t('Não é preciso')}</small></h2>
        {!shut && <PlaceStrip choice={form.place} late={form.late_at !== null} error={problemOf(problems, 'place')} onChoose={(place) => onChange({ ...form, place })} />}
        <div class="inline"><WhenField lateAt={form.late_at} error={problemOf(problems, 'late_at')} onChange={(late_at) => onChange({ ...form, late_at })} /></div>
        <WordsFields words={form.words} adult={adult} known={form.person_id !== null} canShut={canShut} problems={problems} onChange={(words) => onChange({ ...form, words })} />
        {!form.person_id && <Switch label={t('Não vi a pessoa')} hint={t('Soube por outra pessoa ou ouvi')} icon="notFound" name="flag-unseen" value={form.unseen} onChange={(unseen) => onChange({ ...form, unseen })} />}
        {more ? <Observed facts={facts} onPut={put} /> : <Button icon="plus" name="more-observed" onPress={() => setMore(true)}>{t('Mais detalhes')}</Button>}
      </section>
    </div>
  )
}
