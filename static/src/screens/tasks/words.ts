// An agreed step in words: when, with whom, who goes. What is late is said as it was agreed, without blame.
import type { Task } from '../../contract/pull'
import { dayAfter, dayOf, daysBetween } from '../../rules/days'
import { byDue } from '../../rules/task'
import { cardOf } from '../../store/people'
import { me, points, session } from '../../store/state'
import { dateOnly, now, t } from '../../ui'

export const today = (): string => dayOf(now.value)

export function whenWords({ due_on, due_time }: Pick<Task, 'due_on' | 'due_time'>): string {
  const here = today()
  const hour = due_time?.slice(0, 5)
  const away = daysBetween(here, due_on)
  if (away === 0) return hour ? t('Hoje, às {time}', { time: hour }) : t('Hoje')
  if (due_on === dayAfter(here, 1)) return hour ? t('Amanhã, às {time}', { time: hour }) : t('Amanhã')
  if (away === -1) return t('Era para ontem')
  if (away < 0) return t('Era para {day}', { day: dateOnly(due_on) })
  return hour ? t('{day}, às {time}', { day: dateOnly(due_on), time: hour }) : dateOnly(due_on)
}

export function whoWords(task: Task): string {
  if (task.assignee_id === null) return t('Quem da equipe puder')
  if (task.assignee_id === session.value?.worker.id) return t('Você')
  const mate = me.value?.teams.flatMap((team) => team.members).find((member) => member.id === task.assignee_id)
  return mate?.name ?? t('Outra pessoa da equipe')
}

export const whereWords = (task: Task): string | null =>
  [points.value.find((point) => point.id === task.point_id)?.name, task.place_text].filter(Boolean).join(' · ') || null

/** Somebody met just now is known to this phone alone. */
export const calledOf = (task: Task): string | null => task.called ?? (task.person_id ? cardOf(task.person_id)?.called ?? null : null)

export const isLate = (task: Task): boolean => daysBetween(today(), task.due_on) < 0

/** Open ones: late, of today, later on. */
export function sorted(tasks: readonly Task[]): { late: Task[]; today: Task[]; later: Task[] } {
  const open = tasks.filter((task) => task.status === 'open').sort(byDue)
  const here = today()
  return {
    late: open.filter((task) => task.due_on < here), today: open.filter((task) => task.due_on === here), later: open.filter((task) => task.due_on > here),
  }
}
