// Work that stands on other work: what is taken back, given up or moved takes no more with it than it must.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordEncounter, undo, withdrawEncounter } from '../../src/actions'
import { changeFamily, openFamily } from '../../src/actions/families'
import { recordHomeVisit } from '../../src/actions/home-visit'
import { giveUp, tryAgain } from '../../src/actions/outbox'
import { linkPeople, registerPerson, tellPerson } from '../../src/actions/people'
import { describePresent } from '../../src/actions/present'
import { agreeTask, closeTask } from '../../src/actions/tasks'
import { newId } from '../../src/contract/ids'
import type { Task } from '../../src/contract/pull'
import type { Handle } from '../../src/store/open'
import { presentOf } from '../../src/store/people'
import { applyPage } from '../../src/store/pulled'
import { allRows } from '../../src/store/sending'
import { records, tasks } from '../../src/store/state'
import type { LocalEncounter } from '../../src/store/types'
import { chooseNormal, FULL } from '../../src/sync/choose'
import { closePhone, encounter, giveMe, openPhone, page, sealPair, TEAM } from '../make/phone'

let handle: Handle
beforeEach(async () => { handle = await openPhone(); await giveMe(handle, await sealPair()) })
afterEach(closePhone)
const rows = async (name: string) => (await allRows(handle)).filter((row) => row.name === name)
const recordOf = (id: string) => records.value.find((one): one is LocalEncounter => one.id === id && one.type === 'encounter')!
const letGo = async () => { for (const row of await allRows(handle)) if (row.state === 'held') await handle.db.put('commands', { ...row, state: 'queued', held_until: null }) }
const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
const known = (participation_id: string, person_id: string) => ({ participation_id, person_id, certainty: 'sure' as const, called: '', called_kind: 'nickname' as const })
const fresh = (participation_id: string, called: string) => ({ participation_id, person_id: null, certainty: 'sure' as const, called, called_kind: 'nickname' as const })
const namedIn = async () => ((await rows('encounters.complete'))[0]!.body as { names: { person_id: string }[] }).names[0]!.person_id

describe('an encounter taken back before it left', () => {
  const rosa = async () => {
    const { encounter_id, participation_ids: [a] } = await recordEncounter(encounter())
    await linkPeople(encounter_id, [fresh(a!, 'Rosa')])
    await letGo()
    return { encounter_id, person_id: await namedIn() }
  }
  const member = (called: string, person_id: string | null = null) => ({ member_id: null, called, kind: 'adult' as const, birth_on: null, due_on: null, is_responsible: false, person_id })
  it('takes no family with it, of which one member was named there', async () => {
    const { encounter_id, person_id } = await rosa()
    await openFamily({ called: 'Família da Rosa', region_id: null, address_hint: 'Casa azul', members: [member('Rosa', person_id), member('Bia'), member('Caio')] })
    await withdrawEncounter(encounter_id, 'duplicate')
    expect(await rows('people.open_household')).toHaveLength(1)
  })
  it('nor a visit made to that family', async () => {
    const { encounter_id, person_id } = await rosa()
    const household_id = await openFamily({ called: 'Família da Rosa', region_id: null, address_hint: 'Casa azul', members: [member('Rosa', person_id)] })
    await recordHomeVisit({ household_id, called: null, result: 'done', present: [], member_ids: [], place: encounter().place, late_at: null, note: 'x', next_on: null, team_id: TEAM } as never)
    await letGo()
    await withdrawEncounter(encounter_id, 'duplicate')
    expect(await rows('home_visits.record')).toHaveLength(1)
  })
  it('nor the others who were linked in another encounter', async () => {
    const { encounter_id, person_id } = await rosa()
    const other = await registerPerson({ called: 'Galego', called_kind: 'nickname', age_band: null, sex: null, region_id: null })
    const second = await recordEncounter(encounter({ people_count: 2 }))
    await letGo()
    await linkPeople(second.encounter_id, [known(second.participation_ids[0]!, other), known(second.participation_ids[1]!, person_id)])
    await withdrawEncounter(encounter_id, 'duplicate')
    expect((await rows('encounters.link')).flatMap((row) => (row.body as { links: { person_id: string }[] }).links.map((one) => one.person_id))).toContain(other)
  })
  it('nor what was agreed with her, and told of her', async () => {
    const { encounter_id, person_id } = await rosa()
    await tellPerson(person_id, [{ field: 'name.social', value: 'Rosa Maria', source: 'told', certainty: 'sure' }])
    await agreeTask({ person_id, household_id: null, encounter_id: null, what: 'Levar ao posto', due_on: day, due_time: null, place_text: null, point_id: null, mine: true })
    await letGo()
    await withdrawEncounter(encounter_id, 'duplicate')
    expect([(await rows('people.tell')).length, (await rows('tasks.agree')).length]).toEqual([1, 1])
  })
})

it('"Desfazer" of a family that divided does not take the visit made to the new one', async () => {
  const home = await openFamily({ called: 'Família', region_id: null, address_hint: '', members: ['Rosa', 'Bia'].map((called) => ({ member_id: null, called, kind: 'adult' as const, birth_on: null, due_on: null, is_responsible: false, person_id: null })) })
  const [opened] = await rows('people.open_household')
  const [first] = (opened!.body as { members: { member_id: string }[] }).members
  const made = await changeFamily(home, { kind: 'divided', member_ids: [first!.member_id], called: 'Nova', address_hint: '', region_id: null })
  await recordHomeVisit({ household_id: made.other_id!, called: null, result: 'done', present: [], member_ids: [], place: encounter().place, late_at: null, note: 'x', next_on: null, team_id: TEAM } as never)
  await made.undo()
  expect(await rows('home_visits.record')).toHaveLength(1)
})

it('on a weak line (tried once, not arrived) marking how one looked does not hide whom another was named', async () => {
  const { encounter_id, participation_ids: [a, b] } = await recordEncounter(encounter({ people_count: 2 }))
  const [row] = await rows('encounters.record')
  await handle.db.put('commands', { ...row!, state: 'queued', held_until: null, tries: 1 })
  await linkPeople(encounter_id, [fresh(a!, 'Seu Zé')])
  const { encounter_id: next } = await describePresent(recordOf(encounter_id), new Map([[b!, { age_band: 'age_18_59' as const, sex: null }]]))
  expect(presentOf(recordOf(next)).map((one) => one.called)).toEqual(['Seu Zé', null]) // else she is written, and made, a second time
})

it('a step moved to another day is agreed even if a colleague closed the old one meanwhile', async () => {
  const body: Task = { id: newId(), team_id: TEAM, person_id: null, household_id: null, called: null, what: 'Procurar de novo', due_on: day, due_time: null, place_text: null, point_id: null, assignee_id: null, author_name: 'Ana', status: 'open', closed_at: null }
  await applyPage(handle, page({ changes: [{ type: 'task', id: body.id, version: '1', body }] }), Date.now())
  await closeTask(tasks.value[0]!, 'moved', null, { due_on: day, due_time: null })
  const [close] = await rows('tasks.close')
  await handle.db.put('commands', { ...close!, state: 'needs_you', verdict: 'refused', held_until: null, tries: 1 }) // tasks.already_closed
  await letGo()
  expect(chooseNormal(await allRows(handle), FULL, Date.now()).map((one) => one.name)).toContain('tasks.agree')
})

it('given up the name of an encounter, what was told of somebody else stays in line', async () => {
  const other = await registerPerson({ called: 'Galego', called_kind: 'nickname', age_band: null, sex: null, region_id: null })
  const { encounter_id, participation_ids: [a] } = await recordEncounter(encounter())
  await linkPeople(encounter_id, [fresh(a!, 'Rosa')])
  await tellPerson(other, [{ field: 'name.social', value: 'Gal', source: 'told', certainty: 'sure' }])
  const [named] = await rows('encounters.complete')
  await handle.db.put('commands', { ...named!, state: 'needs_you', verdict: 'refused', tries: 1 })
  await giveUp(named!.id)
  expect((await rows('people.tell'))[0]!.state).toBe('queued')
  expect(await undo(encounter_id)).toBe(false) // the name was heard of already
})

describe('what waited for somebody who never came to be known (her encounter was refused and given up)', () => {
  const stranded = async (name: 'people.open_household' | 'tasks.agree') => {
    const { encounter_id, participation_ids: [a] } = await recordEncounter(encounter())
    await linkPeople(encounter_id, [fresh(a!, 'Rosa')])
    const person_id = await namedIn()
    if (name === 'people.open_household') {
      await openFamily({ called: 'Família da Rosa', region_id: null, address_hint: 'Casa azul', members: [{ member_id: null, called: 'Rosa', kind: 'adult', birth_on: null, due_on: null, is_responsible: false, person_id }] })
    } else await agreeTask({ person_id, household_id: null, encounter_id: null, what: 'Levar ao posto', due_on: day, due_time: null, place_text: null, point_id: null, mine: true })
    await letGo()
    const [record] = await rows('encounters.record')
    await handle.db.put('commands', { ...record!, state: 'needs_you', verdict: 'refused', tries: 1 })
    await giveUp(record!.id)
    // The server's answer to what came after it, and to what came after that.
    for (const row of await allRows(handle)) if (row.state === 'queued' && row.name !== 'sync.withdraw') await handle.db.put('commands', { ...row, state: 'needs_you', verdict: 'withdrawn', tries: 1 })
    const [complete] = await rows('encounters.complete')
    await giveUp(complete!.id)
    const [row] = await rows(name)
    await tryAgain(row!.id)
    return (await rows(name)).find((one) => one.state === 'queued')!.body
  }
  it('a family goes again without the number of who is not there', async () => {
    expect((await stranded('people.open_household') as { members: { person_id: string | null }[] }).members[0]!.person_id).toBeNull()
  })
  it('a step goes again without it too', async () => {
    expect((await stranded('tasks.agree') as { person_id: string | null }).person_id).toBeNull()
  })
})
