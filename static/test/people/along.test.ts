// An encounter begun from somebody's page, and who is proposed while somebody new is written.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { change, encounterInput, isUnsaid, newDraft, type EncounterDraft } from '../../src/screens/encounter/draft'
import { toSend } from '../../src/screens/people/who-fields'
import type { Handle } from '../../src/store/open'
import { registerPerson, tellPerson } from '../../src/actions/people'
import { allRows } from '../../src/store/sending'
import { cardOf, cards } from '../../src/store/people'
import { searchPeople } from '../../src/screens/people/index-of'
import { alikeTo } from '../../src/screens/people/like'
import { applyPage } from '../../src/store/pulled'
import { newId } from '../../src/contract/ids'
import type { Person } from '../../src/contract/pull'
import { closePhone, giveMe, openPhone, page, sealPair } from '../make/phone'

let handle: Handle
beforeEach(async () => {
  handle = await openPhone()
  await giveMe(handle, await sealPair())
})
afterEach(closePhone)
const READING = { status: 'off' } as never

describe('an encounter begun from the page of a grown man, who has a child with him', () => {
  it('links him to a row of his own age, not to the child: bands are listed from the youngest', () => {
    const him = newId()
    let draft: EncounterDraft = { ...newDraft(Date.now()), person_id: him }
    draft = change(draft, { tap: 'tile', tile: 'street_situation' })
    draft = change(draft, { tap: 'band', band: 'age_18_59', to: 1 })
    draft = change(draft, { tap: 'band', band: 'age_0_12', to: 1 })
    const linked = encounterInput(draft, READING, Date.now()).people.find((one) => one.person_id === him)
    expect(linked?.age_band).not.toBe('age_0_12')
    expect(isUnsaid(draft)).toBe(true) // nothing says how old he is: it is asked
    const said = change(draft, { tap: 'person-band', band: 'age_18_59' })
    expect(encounterInput(said, READING, Date.now()).people.find((one) => one.person_id === him)?.age_band).toBe('age_18_59')
    expect(isUnsaid(said)).toBe(false)
  })
  it.each([
    [{ tap: 'count', to: 1 }, null], [{ tap: 'count', to: 3 }, null], [{ tap: 'band', band: 'age_0_12', to: 2 }, 'age_0_12'],
  ] as const)('asks nothing where there is no doubt: %o', (tap, band) => {
    const him = newId()
    const draft = change({ ...newDraft(Date.now()), person_id: him, person_band: 'age_18_59' }, tap)
    expect(isUnsaid(draft)).toBe(false)
    expect(encounterInput(draft, READING, Date.now()).people.filter((one) => one.person_id === him).map((one) => one.age_band)).toEqual([band])
  })
})

it('toSend drops nothing that was written', () => {
  const draft = { participation_id: 'p', person_id: null, certainty: 'sure' as const, called: 'Zé', called_kind: 'nickname' as const, seen: null }
  expect(toSend([draft])).toHaveLength(1)
})

it('the search finds somebody told a moment ago by the new name too (the index is made anew)', async () => {
  const id = await registerPerson({ called: 'Moça do viaduto', called_kind: 'alias', age_band: null, sex: null, region_id: null })
  await tellPerson(id, [{ field: 'name.nickname', value: 'Wellington', source: 'told', certainty: 'sure' }])
  await new Promise((then) => setTimeout(then, 600))
  expect(searchPeople('wellington').map((card) => card.id)).toEqual([id])
  expect(searchPeople('uelinton').map((card) => card.id)).toEqual([id])
})

it.each([['Galego', 'leste'], ['Cabeça', null], ['Wellington', null]])('somebody new who is called exactly %s as somebody known is warned of (region %s, nothing else told)', async (called, region_id) => {
  const id = await registerPerson({ called, called_kind: 'nickname', age_band: null, sex: null, region_id })
  await new Promise((then) => setTimeout(then, 600))
  expect(alikeTo({ names: [called], age_band: null, sex: null, region_id }).map((one) => one.card.id)).toEqual([id])
})

it('5,000 people: a save does not hold the screen for long', async () => {
  const AT = new Date().toISOString()
  const many = Array.from({ length: 5000 }, (_, at): Person => ({
    id: newId(), also: [], called: `Pessoa ${at}`, called_kind: 'nickname', names: [{ id: newId(), kind: 'nickname', value: `Pessoa ${at}`, source: 'told', certainty: 'sure' }], age_band: null, age: null, age_estimated: false, sex: null,
    region_id: null, near: null, first_met_at: AT, last_met_at: AT, contacts: [], told: {}, asked: [], follows: [], restricted: false,
  }))
  await applyPage(handle, page({ changes: many.map((body) => ({ type: 'person', id: body.id, version: '1', body })) }), Date.now())
  expect(cards.value).toHaveLength(5000)
  const [row] = await allRows(handle)
  expect(row).toBeUndefined()
  await tellPerson(many[0]!.id, [{ field: 'name.social', value: 'Valéria', source: 'told', certainty: 'sure' }])
  expect(cardOf(many[0]!.id)!.called).toBe('Valéria')
  const times: number[] = []
  for (let turn = 0; turn < 6; turn += 1) {
    await tellPerson(many[turn]!.id, [{ field: 'company', value: 'alone', source: 'told', certainty: 'sure' }])
    const began = performance.now()
    cardOf(many[0]!.id)
    times.push(performance.now() - began)
  }
  const took = Math.min(...times)
  expect(took).toBeLessThan(500) // 20 ms alone; a machine that does much else is slower
}, 60_000)
