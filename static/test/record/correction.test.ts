import { afterEach, beforeEach, expect, it } from 'vitest'
import { correctEncounter, encounterDraftOf, recordEncounter } from '../../src/actions'
import type { Bodies } from '../../src/contract/commands'
import { newId } from '../../src/contract/ids'
import { loadLocal } from '../../src/store/load'
import type { Handle } from '../../src/store/open'
import { records } from '../../src/store/state'
import { closePhone, encounter, giveMe, openPhone, sealPair } from '../make/phone'

let handle: Handle
beforeEach(async () => {
  handle = await openPhone()
  await giveMe(handle, await sealPair())
})
afterEach(closePhone)

const bodyOf = async (id: string) => (await handle.db.getAll('commands')).find((row) => row.record_id === id)!.body as Bodies['encounters.record']

it('says in a correction of what was delivered who stays, by their numbers, and not again who they are', async () => {
  const { encounter_id } = await recordEncounter(encounter({ people_count: 2, people: [{ age_band: 'age_18_59', sex: 'male', person_id: newId() }, { age_band: 'age_0_12', sex: null }] }))
  const [row] = await handle.db.getAll('commands')
  await handle.db.put('commands', { ...row!, state: 'delivered', tries: 1, verdict: 'done', held_until: null })
  await loadLocal(handle)
  const first = await bodyOf(encounter_id)

  const corrected = await correctEncounter(encounter_id, { ...encounterDraftOf(encounter_id)!, situation: 'family' }, null)

  const second = await bodyOf(corrected.encounter_id)
  expect(corrected.encounter_id).not.toBe(encounter_id)
  expect(second.people.map((one) => one.age_band)).toEqual(['age_18_59', 'age_0_12'])
  expect(second.people.map((one) => one.participation_id)).toEqual(first.people.map((one) => one.participation_id))
  expect(second.people.some((one) => one.person_id)).toBe(false)
  expect(records.value.find((one) => one.id === corrected.encounter_id)?.replaces_id).toBe(encounter_id)
})

it('keeps the participations of a record that is corrected before it ever left', async () => {
  const { encounter_id, participation_ids } = await recordEncounter(encounter({ people_count: 1 }))
  const corrected = await correctEncounter(encounter_id, encounterDraftOf(encounter_id)!, null)
  expect(corrected.encounter_id).toBe(encounter_id)
  expect((await bodyOf(encounter_id)).people.map((one) => one.participation_id)).toEqual(participation_ids)
})
