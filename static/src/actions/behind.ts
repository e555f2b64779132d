// What the server must hear of first: the commands, still here, that make a person, a family or a record known to it.
import type { Bodies } from '../contract/commands'
import { commandRows } from '../store/load'
import type { CommandRow } from '../store/rows'

const waits = (row: CommandRow): boolean => row.state !== 'delivered' && row.state !== 'withdrawn'

export interface Needs { person_id?: string | null; household_id?: string | null; encounter_id?: string | null; task_id?: string | null }

// What is null is asked of nobody: a row that nobody can read here (made without entering) speaks of no record either.
function makes(row: CommandRow, { person_id, household_id, encounter_id, task_id }: Needs, everyChange: boolean): boolean {
  switch (row.name) {
    case 'people.register': return Boolean(person_id) && (row.body as Bodies['people.register'] | null)?.person_id === person_id
    case 'encounters.complete': return Boolean(person_id) && ((row.body as Bodies['encounters.complete'] | null)?.names.some((name) => name.person_id === person_id) ?? false)
    case 'people.open_household': return Boolean(household_id) && row.record_id === household_id
    case 'people.change_household': {
      if (!household_id) return false
      const change = row.body as Bodies['people.change_household'] | null
      return change?.other_id === household_id || (row.record_id === household_id && (everyChange || change?.kind === 'joined'))
    }
    case 'encounters.record': case 'encounters.correct': return Boolean(encounter_id) && row.record_id === encounter_id
    case 'tasks.agree': return Boolean(task_id) && row.record_id === task_id
    default: return false
  }
}

/** `everyChange`: each change of a family goes after the one before it; a visit or a step waits only for the family itself. */
export const behind = (needs: Needs, everyChange = false): string[] => commandRows.value.filter((row) => waits(row) && makes(row, needs, everyChange)).map((row) => row.id)

/** What makes these people known, each once. */
export const behindPeople = (people: readonly { person_id?: string | null }[]): string[] =>
  [...new Set(people.flatMap(({ person_id }) => (person_id ? behind({ person_id }) : [])))]
