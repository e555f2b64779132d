// How old and of what sex those met looked, marked after saving. Loaded with the screens that ask it.
import type { EncounterBody } from '../contract/commands'
import type { AgeBand, Sex } from '../contract/terms'
import { change, commandIn, neverSent } from '../store/outbox'
import { records } from '../store/state'
import type { LocalEncounter } from '../store/types'
import { correctEncounter, encounterDraftOf } from './encounter-changes'

export type Seen = ReadonlyMap<string, { age_band: AgeBand | null; sex: Sex | null }>

/** In place while only this phone knows the record, with its hold; afterwards as a correction, whose people have new numbers. */
export async function describePresent(record: LocalEncounter, seen: Seen): Promise<{ encounter_id: string; now: Map<string, string> }> {
  const amended = await change(async (tx) => {
    const row = await tx.objectStore('records').get(record.id)
    const command = row?.type === 'encounter' ? await commandIn(tx, row.command_id) : null
    if (!row || row.type !== 'encounter' || !command || !neverSent(command)) return false
    const body: EncounterBody = { ...row.body, people: row.body.people.map((one) => ({ ...one, ...seen.get(one.participation_id) })) }
    await tx.objectStore('commands').put({ ...command, body: { ...(command.body as EncounterBody), people: body.people } })
    await tx.objectStore('records').put({ ...row, body })
    return true
  })
  const draft = amended ? null : encounterDraftOf(record.id)
  if (!draft) return { encounter_id: record.id, now: new Map() }
  const before = record.body?.people ?? record.remote?.people ?? []
  const people = draft.people.map((one) => ({ ...one, ...seen.get(one.participation_id ?? '') }))
  const { encounter_id } = await correctEncounter(record.id, { ...draft, people }, null)
  const made = records.value.find((one): one is LocalEncounter => one.id === encounter_id && one.type === 'encounter')?.body?.people ?? []
  return { encounter_id, now: new Map(before.flatMap((one, at) => (made[at] ? [[one.participation_id, made[at].participation_id] as const] : []))) }
}
