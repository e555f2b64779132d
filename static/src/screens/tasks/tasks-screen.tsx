import type { Task } from '../../contract/pull'
import { tasks } from '../../store/state'
import { t } from '../../ui'
import { Screen } from '../frame/screen'
import { NoTasks, TaskRow } from './row'
import { sorted } from './words'

function Part({ title, of }: { title: string; of: Task[] }) {
  if (!of.length) return null
  return (
    <section>
      <h2 class="section">{title}<small>{of.length}</small></h2>
      <ul class="list">{of.map((task) => <TaskRow key={task.id} task={task} />)}</ul>
    </section>
  )
}

export function TasksScreen() {
  const { late, today, later } = sorted(tasks.value)
  return (
    <Screen title={t('Próximos passos')} backTo="/hoje">
      {late.length + today.length + later.length === 0 && <NoTasks />}
      <Part title={t('De dias anteriores')} of={late} />
      <Part title={t('Hoje')} of={today} />
      <Part title={t('Outros dias')} of={later} />
    </Screen>
  )
}
