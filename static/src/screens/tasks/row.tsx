import type { Task } from '../../contract/pull'
import { outbox } from '../../store/state'
import { Icon, t } from '../../ui'
import { sendState } from '../frame/states'
import { StateBadge } from '../frame/state-badge'
import { calledOf, isLate, whenWords, whereWords } from './words'

/** Of what this phone still has to send: its state; null once the central has it. */
export function unsentOf(task: Pick<Task, 'id'>) {
  return outbox.value.find((item) => item.record_id === task.id && item.state !== 'delivered' && item.state !== 'withdrawn')?.state ?? null
}

export function TaskRow({ task }: { task: Task }) {
  const state = unsentOf(task)
  const more = [calledOf(task), whereWords(task)].filter(Boolean).join(' · ')
  return (
    <li>
      <a class="row" href={`#/combinado/${task.id}`} data-name="task" data-id={task.id} data-late={isLate(task)}>
        <Icon name={isLate(task) ? 'history' : 'calendar'} />
        <span class="row-main">
          <span class="row-title">{task.what}</span>
          {more && <span class="row-sub">{more}</span>}
          <span class="row-state">
            <span class="nowrap">{whenWords(task)}</span>
            {state && <StateBadge state={sendState(state)} />}
          </span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  )
}

export const NoTasks = () => <p class="empty">{t('Nada combinado. Depois de um encontro, ou na página da pessoa, dá para combinar o próximo passo.')}</p>
