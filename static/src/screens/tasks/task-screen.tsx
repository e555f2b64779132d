// One agreed step: what, when, where, who; and how it ended, by one tap.
import { useEffect, useState } from 'preact/hooks'
import { openForm } from '../../actions'
import { closeTask } from '../../actions/tasks'
import { TASK_RESULTS, type TaskResult } from '../../contract/answers'
import type { Task } from '../../contract/pull'
import { tasks } from '../../store/state'
import { Button, Icon, Notice, Sheet, back, dayAndTime, showToast, t, TextField, type IconName, type Params } from '../../ui'
import { problemOf } from '../form/problems'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { sendState } from '../frame/states'
import { StateBadge } from '../frame/state-badge'
import { DayField } from './day-field'
import { unsentOf } from './row'
import { calledOf, whenWords, whereWords, whoWords } from './words'
import '../encounter/encounter.css'
import '../referral/referral.css'
import './tasks.css'

const ICONS: Record<TaskResult, IconName> = { done: 'check', not_found: 'notFound', moved: 'calendar', cancelled: 'close' }

export function TaskScreen({ params }: { params: Params }) {
  const here = tasks.value.find((one) => one.id === params['id'])
  const [closing, setClosing] = useState<TaskResult | null>(null)
  // While it is being answered it may go to another team: what is typed stays, and is still taken in.
  const [held, setHeld] = useState<Task | null>(null)
  const task = here ?? (closing === null ? null : held)
  const [text, setText] = useState('')
  const [again, setAgain] = useState<{ due_on: string | null; due_time: string | null }>({ due_on: null, due_time: null })
  const save = useSave()
  useEffect(() => (closing ? openForm() : undefined), [closing])
  if (!task) {
    return (
      <Screen title={t('Próximo passo')} backTo="/hoje">
        <Notice title={t('Este combinado não está mais neste celular')}>{t('Ele pode ter sido resolvido por outra pessoa da equipe, ou passado para outra equipe.')}</Notice>
      </Screen>
    )
  }
  const unsent = unsentOf(task)
  const onClose = (result: TaskResult) => void save.run(async () => {
    const { undo } = await closeTask(task, result, text, result === 'moved' ? again : undefined)
    saved()
    setClosing(null)
    const takeBack = async () => {
      const gone = await undo().catch(() => false)
      showToast(gone ? { text: t('Desfeito. Continua combinado.'), icon: 'undo' } : { text: t('A resposta já foi enviada: não dá mais para desfazer.'), icon: 'info' })
    }
    showToast({ text: t(TASK_RESULTS[result]), icon: ICONS[result], seconds: 10, action: { label: t('Desfazer'), run: () => void takeBack() } })
    back('/hoje')
  })
  const results = Object.keys(TASK_RESULTS) as TaskResult[]
  return (
    <Screen title={t('Próximo passo')} backTo="/hoje">
      <p class="lead">{task.what}</p>
      {(unsent || task.status !== 'open') && (
        <div class="inline">
          {task.status !== 'open' && <StateBadge state={{ icon: ICONS[task.status], tone: task.status === 'done' ? 'ok' : 'plain', word: t(TASK_RESULTS[task.status]) }} />}
          {unsent && <StateBadge state={sendState(unsent)} />}
        </div>
      )}
      <dl class="facts card">
        {calledOf(task) && <div><dt>{task.household_id ? t('Família') : t('Com quem')}</dt><dd>{calledOf(task)}</dd></div>}
        <div><dt>{t('Quando')}</dt><dd>{whenWords(task)}</dd></div>
        {whereWords(task) && <div><dt>{t('Onde')}</dt><dd>{whereWords(task)}</dd></div>}
        <div><dt>{t('Quem vai')}</dt><dd>{whoWords(task)}</dd></div>
        {task.author_name && <div><dt>{t('Combinado por')}</dt><dd>{task.author_name}</dd></div>}
        {task.handed_from && <div><dt>{t('Veio da equipe')}</dt><dd>{task.handed_from}</dd></div>}
        {task.closed_at && <div><dt>{t('Resolvido em')}</dt><dd>{dayAndTime(task.closed_at)}</dd></div>}
      </dl>
      {(task.person_id ?? task.household_id) && (
        <div class="actions">
          {task.person_id && <Button icon="person" href={`#/pessoa/${task.person_id}`} name="open-person">{t('Ver a pessoa')}</Button>}
          {task.household_id && <Button icon="home" href={`#/familia/${task.household_id}`} name="open-family">{t('Ver a família')}</Button>}
        </div>
      )}
      {task.status === 'open' && (
        <section class="stack" data-name="results">
          <h2 class="section">{t('Como ficou?')}</h2>
          <div class="follow">
            {results.map((result) => (
              <button key={result} type="button" class="follow-tile" data-name={`result-${result}`}
                onClick={() => { setText(''); setAgain({ due_on: null, due_time: null }); setHeld(task); setClosing(result) }}>
                <Icon name={ICONS[result]} /><span>{t(TASK_RESULTS[result])}</span>
              </button>
            ))}
          </div>
        </section>
      )}
      <Sheet open={closing !== null} title={closing ? t(TASK_RESULTS[closing]) : ''} name="close-sheet" onClose={() => setClosing(null)}
        actions={(
          <div class="inline even">
            <Button name="close-back" onPress={() => setClosing(null)}>{t('Voltar')}</Button>
            <Button kind="primary" icon="check" main busy={save.busy} name="close-save" onPress={() => closing && onClose(closing)}>{t('Guardar')}</Button>
          </div>
        )}>
        {!here && <Notice title={t('Este combinado passou para outra equipe')}>{t('O que você guardar aqui ainda chega e vale.')}</Notice>}
        {closing === 'moved' && (
          <DayField from={1} day={again.due_on} hour={again.due_time} onDay={(due_on) => setAgain((before) => ({ ...before, due_on }))}
            onHour={(due_time) => setAgain((before) => ({ ...before, due_time }))}
            errors={{ day: problemOf(save.problems, 'due_on'), hour: problemOf(save.problems, 'due_time') }} />
        )}
        <TextField label={t('Quer acrescentar algo?')} hint={t('Não é preciso.')} name="close-text" maxLength={200} value={text} onInput={setText} />
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={() => closing && onClose(closing)} onClose={save.dismiss} />
    </Screen>
  )
}

