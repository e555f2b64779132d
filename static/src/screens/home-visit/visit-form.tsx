import { VISIT_PRESENT, VISIT_RESULTS, type VisitPresent, type VisitResult } from '../../contract/terms'
import { households } from '../../store/state'
import { Button, CheckTiles, Icon, Notice, t, TextField, Tiles, type IconName } from '../../ui'
import { NoteField } from '../form/note-field'
import { otherProblems, problemOf, type Problems } from '../form/problems'
import { WhenField } from '../form/when-field'
import { PlaceStrip } from '../place/place-strip'
import { asksPresent, dayAfter, type VisitDraft } from './draft'

const ICONS: Record<VisitResult, IconName> = { done: 'check', nobody_home: 'door', refused: 'noTalk', moved: 'leave', unsafe: 'needs' }
const MEMBER_ICONS: Record<'child' | 'pregnant' | 'adult', IconName> = { child: 'child', pregnant: 'person', adult: 'person' }
const NEXT = [7, 15, 30]
const ASKED = ['household_id', 'called', 'result', 'present', 'member_ids', 'late_at', 'late', 'occurred_at', 'place', 'note', 'next_on']

export function VisitForm({ draft, onChange, onOtherFamily, problems }: {
  draft: VisitDraft; onChange: (changed: Partial<VisitDraft>) => void; onOtherFamily: () => void; problems: Problems
}) {
  const family = households.value.find((one) => one.id === draft.household_id)
  const members = family?.members ?? []
  const others = otherProblems(problems, ASKED)
  const late = (draft.late_at ?? draft.corrects?.original.late_at ?? null) !== null
  const today = Date.now()
  return (
    <div class="encounter visit">
      {others.length > 0 && <Notice tone="bad" name="problems">{others.map((sentence) => <p key={sentence}>{sentence}</p>)}</Notice>}
      <div class="card going" data-name="visit-family">
        <Icon name="home" />
        <div class="row-main">
          <p class="row-title">{family?.called ?? (draft.called || t('Família'))}</p>
          {family?.address_hint && <p class="row-sub">{family.address_hint}</p>}
        </div>
        <Button kind="quiet" name="other-family" onPress={onOtherFamily}>{t('Mudar')}</Button>
      </div>
      <Problem sentence={problemOf(problems, 'household_id', 'called')} />
      <Tiles legend={t('Como foi a visita?')} columns={2} name="visit-result" value={draft.result}
        onChange={(result) => onChange({ result })}
        options={(Object.keys(VISIT_RESULTS) as VisitResult[]).map((value) => ({ value, label: t(VISIT_RESULTS[value]), icon: ICONS[value] }))} />
      <Problem sentence={problemOf(problems, 'result')} />
      {asksPresent(draft.result) && members.length > 0 && (
        <CheckTiles legend={t('Quem da família estava?')} columns={2} name="members" values={draft.member_ids}
          onChange={(member_ids) => onChange({ member_ids })}
          options={members.map(({ id, called, kind }) => ({ value: id, label: called, icon: MEMBER_ICONS[kind] }))} />
      )}
      {asksPresent(draft.result) && (
        <CheckTiles legend={members.length > 0 ? t('E mais alguém?') : t('Quem estava?')} columns={2} name="present" values={draft.present}
          onChange={(present) => onChange({ present })}
          options={(Object.keys(VISIT_PRESENT) as VisitPresent[]).map((value) => ({ value, label: t(VISIT_PRESENT[value]) }))} />
      )}
      <Problem sentence={problemOf(problems, 'present', 'member_ids')} />
      <div class="minis">
        <WhenField lateAt={draft.late_at} recorded={draft.corrects?.occurred_at} onChange={(late_at) => onChange({ late_at })}
          error={problemOf(problems, 'late_at', 'late', 'occurred_at')} />
      </div>
      <PlaceStrip optional choice={draft.place} late={late} error={problemOf(problems, 'place')} onChoose={(place) => onChange({ place })} />
      <NoteField rows={3} value={draft.note} error={problemOf(problems, 'note')} onInput={(note) => onChange({ note })} />
      <fieldset class="choice" data-name="next-visit">
        <legend>{t('Próxima visita')}</legend>
        <div class="tiles c3 next-days">
          {NEXT.map((days) => (
            <Button key={days} kind={draft.next_on === dayAfter(days, today) ? 'primary' : 'secondary'} name={`next-${days}`}
              onPress={() => onChange({ next_on: dayAfter(days, today) })}>{t('{n} dias', { n: days })}</Button>
          ))}
        </div>
        <TextField label={t('Ou escolha o dia')} type="date" name="next-on" value={draft.next_on ?? ''} error={problemOf(problems, 'next_on')}
          onInput={(day) => onChange({ next_on: day || null })} />
      </fieldset>
    </div>
  )
}

function Problem({ sentence }: { sentence: string | null }) {
  return sentence === null ? null : <p class="error"><Icon name="needs" small /> {sentence}</p>
}
