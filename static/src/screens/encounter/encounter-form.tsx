import { useState } from 'preact/hooks'
import { OUTCOMES, type EncounterOutcome } from '../../contract/terms'
import { clockOffset, me } from '../../store/state'
import { Button, Icon, Notice, Select, Stepper, t } from '../../ui'
import { later } from '../frame/lazy'
import { NoteField } from '../form/note-field'
import { otherProblems, problemOf, type Problems } from '../form/problems'
import { WhenField } from '../form/when-field'
import { PlaceStrip } from '../place/place-strip'
import { observed, PEOPLE_MAX } from './bands'
import { isLate, type EncounterDraft, type Tap } from './draft'
import { SituationTiles } from './situation-tiles'

const AgeBands = later(() => import('./age-bands').then((file) => file.AgeBands))
const OperationFields = later(() => import('./operation-fields').then((file) => file.OperationFields))

const ASKED = ['place', 'situation', 'outcome', 'people_count', 'people', 'late_at', 'late', 'occurred_at', 'note']

/** The one screen of an encounter. A correction shows what the first writing leaves for afterwards: result and note. */
export function EncounterForm({ draft, onTap, problems }: {
  draft: EncounterDraft; onTap: (tap: Tap) => void; problems: Problems
}) {
  const [agesOpen, setAgesOpen] = useState(false)
  const { group, corrects } = draft
  const operation = me.value?.operation
  // While an operation runs six fields are asked; ages stay behind “Mais”.
  const short = draft.more !== undefined || (operation && corrects === null && Date.parse(operation.ends_at) > Date.now() + clockOffset.value)
  const alone = (short || group.count <= 1) && observed(group) === 0
  const ages = !alone || (agesOpen && (short || group.count === 1))
  const others = otherProblems(problems, ASKED)
  return (
    <div class="encounter">
      {others.length > 0 && <Notice tone="bad" name="problems">{others.map((sentence) => <p key={sentence}>{sentence}</p>)}</Notice>}
      <PlaceStrip choice={draft.place} late={isLate(draft)} error={problemOf(problems, 'place')}
        onChoose={(place) => onTap({ tap: 'place', place })} />
      <SituationTiles value={draft.tile} onChange={(tile) => onTap({ tap: 'tile', tile })} />
      <FieldError sentence={problemOf(problems, 'situation')} />
      {draft.tile !== 'not_found' && (
        <Stepper compact label={t('Quantas pessoas')} name="people-count" value={group.count} min={0} max={PEOPLE_MAX}
          onChange={(to) => onTap({ tap: 'count', to })} />
      )}
      <FieldError sentence={problemOf(problems, 'people_count', 'people')} />
      {short && <OperationFields draft={draft} onTap={onTap} />}
      <div class="minis">
        <WhenField lateAt={draft.late_at} recorded={corrects?.occurred_at} error={problemOf(problems, 'late_at', 'late', 'occurred_at')}
          onChange={(at) => onTap({ tap: 'late', at })} />
        {alone && !agesOpen && draft.tile !== 'not_found' && (
          <button type="button" class="mini" data-name="ages" onClick={() => setAgesOpen(true)}>
            <Icon name="people" /><span>{short ? t('Mais') : t('Marcar idade')}</span>
          </button>
        )}
      </div>
      {ages && draft.tile !== 'not_found' && <AgeBands group={group} onTap={onTap} onClose={alone ? () => setAgesOpen(false) : undefined} />}
      {corrects === null && !short && draft.outcome === 'declined_got_guidance' && (
        <Notice icon="talk" name="outcome"
          actions={<Button name="outcome-clear" onPress={() => onTap({ tap: 'outcome', outcome: null })}>{t('Tirar')}</Button>}>
          {t('Resultado: {word}', { word: t(OUTCOMES.declined_got_guidance) })}
        </Notice>
      )}
      {corrects !== null && (
        <>
          <Select label={t('Resultado da abordagem')} name="outcome" empty={t('Sem resultado')} value={draft.outcome}
            error={problemOf(problems, 'outcome')} options={outcomeOptions()}
            onChange={(outcome) => onTap({ tap: 'outcome', outcome })} />
          <NoteField value={draft.note} error={problemOf(problems, 'note')} onInput={(note) => onTap({ tap: 'note', note })} />
        </>
      )}
    </div>
  )
}

export function outcomeOptions(): { value: EncounterOutcome; label: string }[] {
  return Object.entries(OUTCOMES).map(([value, label]) => ({ value: value as EncounterOutcome, label: t(label) }))
}

function FieldError({ sentence }: { sentence: string | null }) {
  return sentence === null ? null : <p class="error"><Icon name="needs" small /> {sentence}</p>
}
