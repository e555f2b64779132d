// What is sent waits for what it needs, and for nothing else; what was sent is shown until it has come back.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { correctEncounter, encounterDraftOf, recordEncounter } from '../../src/actions'
import { changeFamily, openFamily } from '../../src/actions/families'
import { linkPeople, registerPerson, unlinkPerson } from '../../src/actions/people'
import { agreeTask } from '../../src/actions/tasks'
import { recordHomeVisit } from '../../src/actions/home-visit'
import { newId } from '../../src/contract/ids'
import type { Person } from '../../src/contract/pull'
import { change, draftOf, encounterInput } from '../../src/screens/encounter/draft'
import { commandRows } from '../../src/store/load'
import { dropIn } from '../../src/store/mail'
import type { Handle } from '../../src/store/open'
import { cardOf, cards } from '../../src/store/people'
import { applyPage } from '../../src/store/pulled'
import { allRows, sealDelivered } from '../../src/store/sending'
import { chooseNormal, chooseUrgent, FULL } from '../../src/sync/choose'
import { emptyLane } from '../../src/sync/push'
import { closePhone, done, encounter, json, giveMe, openPhone, page, sealPair, server, TEAM, UNIT } from '../make/phone'

let handle: Handle
beforeEach(async () => { handle = await openPhone(); await giveMe(handle, await sealPair()) })
afterEach(closePhone)

const rows = async (name: string) => (await allRows(handle)).filter((row) => row.name === name)
const someone = (called = 'Seu Zé') => registerPerson({ called, called_kind: 'nickname', age_band: null, sex: null, region_id: null })
const letGo = async () => { for (const row of await allRows(handle)) if (row.state === 'held') await handle.db.put('commands', { ...row, state: 'queued', held_until: null }) }
const push = async () => { await letGo(); server(done); await emptyLane(handle, 'normal', () => undefined) }
const AT = new Date().toISOString()
const pulledPerson = (id: string, more: Partial<Person> = {}): Person => ({
  id, also: [], called: 'Bia', called_kind: 'nickname', names: [{ id: newId(), kind: 'nickname', value: 'Bia', source: 'told', certainty: 'sure' }], age_band: null, age: null, age_estimated: false, sex: null,
  region_id: null, near: null, first_met_at: AT, last_met_at: AT, contacts: [], told: {}, asked: [], follows: [], restricted: false, ...more,
})
const give = (...people: Person[]) => applyPage(handle, page({ changes: people.map((body) => ({ type: 'person', id: body.id, version: '1', body })) }), Date.now())
const READING = { status: 'off' } as never

describe('before anything left', () => {
  it('before anything left, takes back the name of who is no longer in it, so that the other names are not refused', async () => {
    const { encounter_id, participation_ids } = await recordEncounter(encounter({ people_count: 3 }))
    await linkPeople(encounter_id, participation_ids.map((participation_id, at) => ({ participation_id, person_id: null, certainty: 'sure' as const, called: `Pessoa ${at}`, called_kind: 'nickname' as const })))
    let draft = draftOf(encounter_id, AT, encounterDraftOf(encounter_id)!)
    draft = change(draft, { tap: 'count', to: 2 })
    await correctEncounter(encounter_id, encounterInput(draft, READING, Date.now()), null)
    const there = new Set(((await rows('encounters.record'))[0]!.body as { people: { participation_id: string }[] }).people.map((one) => one.participation_id))
    const named = ((await rows('encounters.complete'))[0]!.body as { names: { participation_id: string }[] }).names
    expect(named.filter((one) => !there.has(one.participation_id))).toEqual([])
  })
})

describe('somebody new is met at once', () => {
  const REFERRAL = { unit_id: UNIT, called: null, people_count: 1, with_children: false, with_animals: false, person_accepted: true as const, note: null }
  it('the encounter waits for what makes her known', async () => {
    const id = await someone()
    await recordEncounter(encounter({ people: [{ age_band: null, sex: null, person_id: id }] }))
    const [register] = await rows('people.register')
    expect((await rows('encounters.record'))[0]!.after).toContain(register!.id)
  })
  it('an urgent referral brings her registration along', async () => {
    const id = await someone()
    await recordEncounter(encounter({ outcome: 'accepted_shelter', people: [{ age_band: null, sex: null, person_id: id }] }), { referral: REFERRAL })
    await letGo()
    const chosen = chooseUrgent(await allRows(handle), Date.now()).map((row) => row.name)
    expect(chosen).toEqual(['people.register', 'encounters.record', 'referrals.send'])
  })
})

describe('what was delivered', () => {
  it('stays on the phone until it has really come back: a pull may end without it (a slow transaction holds the horizon)', async () => {
    const id = await someone()
    await letGo()
    server(async (request) => json({ ...await done(request).json() as object, mark: 12 }))
    await emptyLane(handle, 'normal', () => undefined)
    await new Promise((then) => setTimeout(then, 5))
    await applyPage(handle, page({ cursor: 'c2', seen: 11 }), Date.now()) // nothing of her in it, the horizon had not passed her
    await sealDelivered(handle)
    expect(cards.value.map((card) => card.id)).toContain(id)
    await applyPage(handle, page({ cursor: 'c3', seen: 12 }), Date.now()) // now it would be in it: she is not this phone's to see
    await sealDelivered(handle)
    expect(cards.value).toEqual([])
    expect((await rows('people.register'))[0]!.body).toBeNull()
  })
})

describe('who is not there any more', () => {
  it('and her page does not go on telling of that meeting', async () => {
    const id = await someone()
    const { encounter_id, participation_ids: [a] } = await recordEncounter(encounter())
    await linkPeople(encounter_id, [{ participation_id: a!, person_id: id, certainty: 'sure', called: '', called_kind: 'nickname' }])
    await push()
    await unlinkPerson(encounter_id, a!, 'wrong_person')
    expect(cardOf(id)!.contacts).toEqual([])
  })
})

describe('a family', () => {
  const draft = { called: 'Família da Rosa', region_id: 'north', address_hint: 'Casa azul, Rua 1', members: [] }
  it('a change that was refused does not hold back the visits made afterwards', async () => {
    const id = await openFamily(draft)
    await push()
    await changeFamily(id, { kind: 'corrected', called: 'Família da Rosinha' })
    const [row] = await rows('people.change_household')
    await handle.db.put('commands', { ...row!, state: 'needs_you', verdict: 'refused', held_until: null, tries: 1 })
    await applyPage(handle, page({}), Date.now())
    await recordHomeVisit({ household_id: id, called: null, result: 'done', present: [], member_ids: [], place: encounter().place, late_at: null, note: null, next_on: null, team_id: TEAM } as never)
    await letGo()
    expect(chooseNormal(await allRows(handle), FULL, Date.now()).map((one) => one.name)).toContain('home_visits.record')
  })
})

it('a step agreed with a person does not wait for a record made without entering, which has nothing to do with it', async () => {
  const id = newId()
  await give(pulledPerson(id))
  await dropIn(handle, [{ id: newId(), sealed: 'v1.k1.x' }])
  await applyPage(handle, page({}), Date.now())
  expect(commandRows.value).toHaveLength(1)
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  await agreeTask({ person_id: id, household_id: null, encounter_id: null, what: 'Procurar de novo', due_on: day, due_time: null, place_text: null, point_id: null, mine: false })
  expect((await rows('tasks.agree'))[0]!.after).toEqual([])
})

