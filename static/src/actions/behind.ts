// What the server must hear of first: the commands, still here, that make a person, a family or a record known to it.
import type { Bodies } from '../contract/commands'
import { commandRows } from '../store/load'
import type { CommandRow } from '../store/rows'

const waits = (row: CommandRow): boolean => row.state !== 'delivered' && row.state !== 'withdrawn'

export interface Needs { person_id?: string | null; household_id?: string | null; encounter_id?: string | null; task_id?: string | null }

function makes(row: CommandRow, needs: Needs): boolean {
  const body = row.body as never
  switch (row.name) {
    case 'people.register': return (body as Bodies['people.register'] | null)?.person_id === needs.person_id
    case 'encounters.complete': return Boolean(needs.person_id) && ((body as Bodies['encounters.complete'] | null)?.names.some((name) => name.person_id === needs.person_id) ?? false)
    // Each change of a family goes after the one before it.
    case 'people.open_household': return row.record_id === needs.household_id
    case 'people.change_household': return Boolean(needs.household_id) && (row.record_id === needs.household_id || (body as Bodies['people.change_household'] | null)?.other_id === needs.household_id)
    case 'encounters.record': case 'encounters.correct': return row.record_id === needs.encounter_id
    case 'tasks.agree': return row.record_id === needs.task_id
    default: return false
  }
}

export const behind = (needs: Needs): string[] => commandRows.value.filter((row) => waits(row) && makes(row, needs)).map((row) => row.id)
