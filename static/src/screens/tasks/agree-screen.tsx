// A new agreed step: of a person, of a family, or of an encounter just saved. What, when, where, who.
import { useState } from 'preact/hooks'
import { agreeTask } from '../../actions/tasks'
import { MAX_TASK_PLACE, MAX_WHAT, type TaskDraft } from '../../rules/task'
import { earlierRecords } from '../../store/load'
import { cardOf } from '../../store/people'
import { households, points, records } from '../../store/state'
import { Button, Icon, Notice, Sheet, Tiles, back, showToast, t, TextField, type Params } from '../../ui'
import { presentOf } from '../encounter/present'
import { useDraft } from '../form/draft'
import { problemOf } from '../form/problems'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { recordTitle } from '../frame/record-words'
import { Screen } from '../frame/screen'
import { KnownPoints } from '../place/known-points'
import { DayField } from './day-field'
import '../encounter/encounter.css'
import '../referral/referral.css'
import './tasks.css'

const PERSON = () => [t('Procurar de novo'), t('Acompanhar até o serviço'), t('Levar ao posto de saúde'), t('Ajudar com documento'), t('Levar roupa ou cobertor'), t('Dar uma resposta')]
const FAMILY = () => [t('Visitar de novo'), t('Acompanhar ao CRAS'), t('Acompanhar à UBS'), t('Ver a caderneta de vacina'), t('Ajudar com documento'), t('Dar uma resposta')]

interface About { title: string; sub: string | null; draft: Pick<TaskDraft, 'person_id' | 'household_id' | 'encounter_id'>; people: { id: string; called: string }[] }

function aboutOf(of: string, id: string): About | null {
  const nobody = { person_id: null, household_id: null, encounter_id: null }
  if (of === 'pessoa') {
    const card = cardOf(id)
    return { title: card?.called ?? t('Pessoa atendida'), sub: card?.near ?? null, draft: { ...nobody, person_id: card?.id ?? id }, people: [] }
  }
  if (of === 'familia') {
    const home = households.value.find((one) => one.id === id)
    return home ? { title: home.called, sub: home.address_hint, draft: { ...nobody, household_id: id }, people: [] } : null
  }
  const record = [...records.value, ...earlierRecords.value].find((one) => one.id === id)
  if (record?.type !== 'encounter') return null
  const people = presentOf(record).flatMap(({ person_id, called }) => (person_id && called ? [{ id: person_id, called }] : []))
  return { title: recordTitle(record), sub: record.place_label, draft: { ...nobody, encounter_id: id, person_id: people.length === 1 ? people[0]!.id : null }, people }
}

export function AgreeScreen({ params }: { params: Params }) {
  const [about] = useState(() => aboutOf(params['of']!, params['id']!))
  const { draft, put, drop } = useDraft<TaskDraft>('step', `${params['of']} ${params['id']}`, () => ({
    person_id: null, household_id: null, encounter_id: null, what: '', due_on: null, due_time: null, place_text: null, point_id: null, mine: false, ...about?.draft,
  }))
  const [choosing, setChoosing] = useState(false)
  const save = useSave()
  if (!about) {
    return <Screen title={t('Combinar')} backTo="/hoje"><Notice title={t('Este registro não está mais neste celular')} /></Screen>
  }
  const onSave = () => void save.run(async () => {
    const { undo } = await agreeTask(draft)
    saved()
    drop()
    showToast({ text: t('Guardado no aparelho'), icon: 'calendar', seconds: 10, action: { label: t('Desfazer'), run: () => void takeBack(undo) } })
    back('/hoje')
  })
  const point = points.value.find((one) => one.id === draft.point_id)
  const proposals = params['of'] === 'familia' ? FAMILY() : PERSON()
  return (
    <Screen title={t('Combinar')} backTo="/hoje" quiet
      bottom={<Button kind="primary" icon="check" main name="save-task" busy={save.busy} onPress={onSave}>{t('Guardar combinado')}</Button>}>
      <div class="card going stacked">
        <Icon name={params['of'] === 'familia' ? 'home' : 'person'} />
        <div class="row-main"><p class="row-title">{about.title}</p>{about.sub && <p class="row-sub">{about.sub}</p>}</div>
      </div>
      {about.people.length > 1 && (
        <Tiles legend={t('Com quem?')} columns={2} name="with-whom" clearable value={draft.person_id} onChange={(person_id) => put({ person_id })}
          options={about.people.map(({ id, called }) => ({ value: id, label: called }))} />
      )}
      <fieldset class="choice stack" data-name="what">
        <legend>{t('O que ficou combinado?')}</legend>
        <div class="proposals">
          {proposals.map((words) => (
            <Button key={words} kind={draft.what === words ? 'primary' : 'secondary'} name="proposal" onPress={() => put({ what: words })}>{words}</Button>
          ))}
        </div>
        <TextField label={t('Ou escreva')} name="what" maxLength={MAX_WHAT} value={draft.what} error={problemOf(save.problems, 'what')} onInput={(what) => put({ what })} />
      </fieldset>
      <DayField day={draft.due_on} hour={draft.due_time} onDay={(due_on) => put({ due_on })} onHour={(due_time) => put({ due_time })}
        errors={{ day: problemOf(save.problems, 'due_on'), hour: problemOf(save.problems, 'due_time') }} />
      <fieldset class="choice stack" data-name="where">
        <legend>{t('Onde?')}</legend>
        <TextField label={t('Lugar, em palavras')} hint={t('Só se combinaram um lugar.')} name="place-text" maxLength={MAX_TASK_PLACE} value={draft.place_text ?? ''}
          error={problemOf(save.problems, 'place_text')} onInput={(text) => put({ place_text: text || null })} />
        {points.value.length > 0 && (
          <div class="inline">
            <Button icon="street" name="known-points" onPress={() => setChoosing(true)}>{point?.name ?? t('Ponto conhecido')}</Button>
            {point && <Button kind="quiet" icon="remove" name="no-point" onPress={() => put({ point_id: null })}>{t('Tirar')}</Button>}
          </div>
        )}
      </fieldset>
      <Tiles legend={t('Quem vai?')} columns={2} name="who" value={draft.mine ? 'me' : 'team'} onChange={(who) => put({ mine: who === 'me' })}
        options={[{ value: 'team', label: t('Quem da equipe puder'), icon: 'people' }, { value: 'me', label: t('Eu'), icon: 'person' }]} />
      <Sheet open={choosing} title={t('Ponto conhecido')} name="points-sheet" onClose={() => setChoosing(false)}
        actions={<Button icon="back" onPress={() => setChoosing(false)}>{t('Voltar')}</Button>}>
        <KnownPoints from={null} onPick={(one) => { put({ point_id: one.id }); setChoosing(false) }} />
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}

async function takeBack(undo: () => Promise<boolean>): Promise<void> {
  const gone = await undo().catch(() => false)
  showToast(gone ? { text: t('Desfeito. Nada foi guardado.'), icon: 'undo' } : { text: t('O combinado já foi enviado: não dá mais para desfazer. Abra-o e marque “Não é mais preciso”.'), icon: 'info' })
}

