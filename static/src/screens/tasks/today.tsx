import { tasks } from '../../store/state'
import { Button, t, tn } from '../../ui'
import { TaskRow } from './row'
import { sorted } from './words'

const FIRST = 5

/** On Hoje: what was left for today, and before it what was for an earlier day. */
export function TodayTasks() {
  const { late, today, later } = sorted(tasks.value)
  const due = [...late, ...today]
  if (!due.length && !later.length) return null
  const more = due.length - FIRST + later.length
  return (
    <section data-name="today-tasks">
      <h2 class="section">{t('Combinados')}{due.length > 0 && <small>{due.length}</small>}</h2>
      {due.length > 0
        ? <ul class="list">{due.slice(0, FIRST).map((task) => <TaskRow key={task.id} task={task} />)}</ul>
        : <p class="empty">{t('Nada combinado para hoje.')}</p>}
      {(due.length > FIRST || later.length > 0) && (
        <Button kind="quiet" href="#/combinados" name="all-tasks">
          {due.length > FIRST ? tn('Ver mais {n}', 'Ver mais {n}', more) : tn('Ver {n} para outro dia', 'Ver {n} para outros dias', later.length)}
        </Button>
      )}
    </section>
  )
}
