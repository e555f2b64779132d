// Who was there, as far as the phone knows: by name where somebody said one, also what waits to be sent.
import type { Bodies } from '../../contract/commands'
import type { AgeBand } from '../../contract/terms'
import { commandRows } from '../../store/load'
import { cardOf } from '../../store/people'
import type { LocalEncounter } from '../../store/state'

export interface Present { participation_id: string; age_band: AgeBand | null; person_id: string | null; called: string | null }

export function presentOf(record: LocalEncounter): Present[] {
  const told = new Map<string, { person_id: string; called: string | null }>()
  for (const row of commandRows.value) {
    if (row.record_id !== record.id || row.body === null || row.state === 'withdrawn') continue
    if (row.name === 'encounters.complete') {
      for (const { participation_id, person_id, called } of (row.body as Bodies['encounters.complete']).names) told.set(participation_id, { person_id, called })
    }
    if (row.name === 'encounters.link') {
      for (const { participation_id, person_id, certainty } of (row.body as Bodies['encounters.link']).links) {
        if (certainty === 'sure') told.set(participation_id, { person_id, called: null })
      }
    }
  }
  const remote = new Map((record.remote?.people ?? []).map((each) => [each.participation_id, each]))
  const all: readonly { participation_id: string; age_band: AgeBand | null; person_id?: string | null }[] = record.body?.people ?? record.remote?.people ?? []
  return all.map(({ participation_id, age_band, person_id }) => {
    const here = told.get(participation_id)
    const there = remote.get(participation_id)
    const id = here?.person_id ?? there?.person_id ?? person_id ?? null
    return { participation_id, age_band, person_id: id, called: here?.called ?? there?.called ?? (id ? cardOf(id)?.called ?? null : null) }
  })
}
