// What the phone shows of people and families beside what the server lists, and what it forgets when told to.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { recordEncounter } from '../../src/actions'
import { changeFamily } from '../../src/actions/families'
import { registerPerson } from '../../src/actions/people'
import { newId } from '../../src/contract/ids'
import type { Household, Person } from '../../src/contract/pull'
import type { Handle } from '../../src/store/open'
import { cardOf } from '../../src/store/people'
import { cardsOf } from '../../src/store/project-people'
import { applyPage } from '../../src/store/pulled'
import { allRows, sealDelivered } from '../../src/store/sending'
import { households, referrals } from '../../src/store/state'
import { emptyLane } from '../../src/sync/push'
import { closePhone, done, encounter, giveMe, openPhone, page, sealPair, server } from '../make/phone'

let handle: Handle
beforeEach(async () => { handle = await openPhone(); await giveMe(handle, await sealPair()) })
afterEach(closePhone)
const AT = new Date().toISOString()
const person = (more: Partial<Person> = {}): Person => ({
  id: newId(), also: [], called: 'Bia', called_kind: 'nickname', names: [{ id: newId(), kind: 'nickname', value: more.called ?? 'Bia', source: 'told', certainty: 'sure' }], age_band: null, age: null, age_estimated: false, sex: null,
  region_id: null, near: null, first_met_at: AT, last_met_at: AT, contacts: [], told: {}, asked: [], follows: [], restricted: false, ...more,
})
const give = (...list: Person[]) => applyPage(handle, page({ changes: list.map((body) => ({ type: 'person', id: body.id, version: '1', body })) }), Date.now())

it('somebody forgotten (restricted) stays forgotten where a refused command of hers lies on the phone', async () => {
  const id = await registerPerson({ called: 'Galego', called_kind: 'nickname', age_band: null, sex: null, region_id: null })
  const [row] = (await allRows(handle)).filter((each) => each.name === 'people.register')
  await handle.db.put('commands', { ...row!, state: 'delivered', delivered_at: Date.now() })
  await give(person({ id, called: 'Galego' }))
  await applyPage(handle, page({ forget: [{ type: 'person', id }] }), Date.now() - 1) // within the same pull
  expect(cardOf(id)).toBeNull()
})

it('found to be one, she is listed once, also between two pages of one pull', async () => {
  const old = person({ called: 'Bia' })
  const both = person({ called: 'Beatriz', also: [old.id] })
  expect(cardsOf([old, both], [], []).map((card) => card.called)).toEqual(['Beatriz'])
})

it('an older nickname told here does not stand over a newer one of a colleague that came meanwhile', () => {
  vi.useFakeTimers({ now: Date.now() - 3600_000 })
  const mine = newId(Date.now())
  vi.useRealTimers()
  const theirs = newId()
  const pulled = person({ called: 'Novo', names: [{ id: theirs, kind: 'nickname', value: 'Novo', source: 'told', certainty: 'sure' }] })
  const saved = { id: newId(), name: 'people.tell' as const, occurred_at: AT, body: { person_id: pulled.id, told: [{ told_id: mine, field: 'name.nickname', value: 'Velho', source: 'told', certainty: 'sure' }] } }
  expect(cardsOf([pulled], [saved], [])[0]!.called).toBe('Novo')
})

it('a sensitive answer, which no phone may hold, is not shown by the one that told it (as a document is not)', async () => {
  const one = person()
  const saved = { id: newId(), name: 'people.tell' as const, occurred_at: AT, body: { person_id: one.id, told: [{ told_id: newId(), field: 'conditions', value: ['hiv'], source: 'told', certainty: 'sure' }] } }
  const [card] = cardsOf([one], [saved], [])
  expect(card!.told).toEqual({})
})

it('a member of a family listed by the version before goes out whole when she is changed', async () => {
  const id = newId()
  const old = { id, called: 'Família', region_id: null, address_hint: null, members: [{ id: newId(), called: 'Bia', kind: 'child', birth_on: null }], last_visit_on: null, next_visit_on: null } as unknown as Household
  await applyPage(handle, page({ changes: [{ type: 'household', id, version: '1', body: old }] }), Date.now())
  const [member] = households.value[0]!.members
  await changeFamily(id, { kind: 'member_changed', member: { ...member!, member_id: member!.id, called: 'Beatriz' } })
  const [row] = (await allRows(handle)).filter((each) => each.name === 'people.change_household')
  const sent = JSON.parse(JSON.stringify((row!.body as { member: object }).member)) as object
  expect(Object.keys(sent).sort()).toEqual(['birth_on', 'called', 'due_on', 'is_responsible', 'kind', 'member_id', 'person_id'])
})

it('an encounter begun and named goes on showing her after it was recorded', async () => {
  const id = await registerPerson({ called: 'Galego', called_kind: 'nickname', age_band: null, sex: null, region_id: null })
  await recordEncounter(encounter({ people: [{ age_band: null, sex: null, person_id: id }] }))
  expect(cardOf(id)!.contacts).toHaveLength(1)
})

it('told to forget (restricted) the phone shows her name nowhere, not in its own referral of today either', async () => {
  const { encounter_id, referral } = await recordEncounter(encounter({ outcome: 'accepted_shelter' }), {
    referral: { unit_id: newId(), called: 'Rosa Plantada', people_count: 1, with_children: false, with_animals: false, person_accepted: true, note: 'irmã da Plantada' },
  })
  for (const row of await allRows(handle)) await handle.db.put('commands', { ...row, state: 'queued', held_until: null })
  server(done)
  await emptyLane(handle, 'urgent', () => undefined)
  await applyPage(handle, page({ forget: [{ type: 'referral', id: referral!.referral_id }, { type: 'encounter', id: encounter_id }] }), Date.now())
  await sealDelivered(handle)
  expect(JSON.stringify(referrals.value)).not.toContain('Plantada')
})
