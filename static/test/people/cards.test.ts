// What the phone shows of somebody: the pulled body, with what was saved here and has not come back.
import { describe, expect, it } from 'vitest'
import type { Person } from '../../src/contract/pull'
import { cardsOf, calledOf, toldAt, type Met, type Saved } from '../../src/store/project-people'
import { newId } from '../../src/contract/ids'

const AT = '2026-11-20T10:00:00Z'
const person = (change: Partial<Person> = {}): Person => ({
  id: 'p1', also: [], called: 'Cabelo', called_kind: 'nickname', names: [{ id: 't1', kind: 'nickname', value: 'Cabelo', source: 'told', certainty: 'sure' }],
  age_band: null, age: null, age_estimated: false, sex: null, region_id: null, near: 'Leste', first_met_at: AT, last_met_at: AT, contacts: [], told: {}, asked: [],
  follows: [], restricted: false, ...change,
})
const name = (kind: string, value: string, told_id = newId()) => ({ told_id, field: `name.${kind}`, value, source: 'told' as const, certainty: 'sure' as const })
const said = (...told: object[]): Saved => ({ id: newId(), name: 'people.tell', occurred_at: AT, body: { person_id: 'p1', told } })
const one = (people: Person[], ...saved: Saved[]) => cardsOf(people, saved, [])[0]!

describe('the ladder', () => {
  it('a name told here counts at once, and what was known before stays beside it', () => {
    const card = one([person()], said(name('social', 'Valéria')))
    expect([card.called, card.called_kind]).toEqual(['Valéria', 'social'])
    expect(card.names.map((each) => each.value)).toEqual(['Valéria', 'Cabelo'])
    expect(card.unsent.size).toBe(1)
  })
  it('of one kind what was told last counts', () => {
    expect(one([person()], said(name('nickname', 'Cabeleira')), said(name('nickname', 'Cabelão'))).names.map((each) => each.value)).toEqual(['Cabelão', 'Cabeleira', 'Cabelo'])
  })
  it('a civil name does not push out a nickname', () => {
    expect(one([person()], said(name('civil', 'Wellington Souza')))).toMatchObject({ called: 'Cabelo', called_kind: 'nickname' })
  })
  it('where a social name stands, the civil one is shown nowhere, even in the phone that wrote it', () => {
    const card = one([person()], said(name('civil', 'Wellington Souza')), said(name('social', 'Valéria')))
    expect(JSON.stringify(card.names)).not.toContain('Wellington')
    expect(card.asked).toContain('name.civil')
  })
  it('a name that came back by pull meanwhile is not there twice', () => {
    const told = name('nickname', 'Cabeleira')
    const card = one([person({ called: 'Cabeleira', names: [{ id: told.told_id, kind: 'nickname', value: 'Cabeleira', source: 'told', certainty: 'sure' }, ...person().names] })], said(told))
    expect(card.names).toHaveLength(2)
    expect(card.unsent.size).toBe(0)
  })
  it('taken back, the step before counts again', () => {
    const told = name('social', 'Valéria')
    const back: Saved = { id: newId(), name: 'people.take_back', occurred_at: AT, body: { person_id: 'p1', told_id: told.told_id, reason: 'wrong_person', reason_text: null } }
    expect(one([person()], said(told), back)).toMatchObject({ called: 'Cabelo', called_kind: 'nickname' })
  })
  it('under an old number it reaches the person that she was found to be', () => {
    const told: Saved = { ...said(name('social', 'Valéria')), body: { person_id: 'old', told: [name('social', 'Valéria')] } }
    expect(one([person({ also: ['old'] })], told).called).toBe('Valéria')
  })
  it('the pulled body stays as it came', () => {
    const pulled = person()
    one([pulled], said(name('social', 'Valéria'), { told_id: 'x', field: 'animals', value: ['dog'], source: 'told', certainty: 'sure' }))
    expect(pulled).toEqual(person())
  })
})

it('what an older version listed is shown as far as it goes', () => {
  const old = { id: 'p1', called: 'Cabelo', called_kind: 'nickname', age_band: null, sex: null, region_id: null, last_met_at: AT } as unknown as Person
  expect(one([old], said(name('social', 'Valéria')))).toMatchObject({ called: 'Valéria', contacts: [], names: [{ value: 'Valéria' }, { value: 'Cabelo' }] })
})

describe('the ficha', () => {
  it('shows what was told here where phones may hold it, and of the rest only that it was answered', () => {
    const [card] = cardsOf([person()], [said({ told_id: 'a', field: 'company', value: 'alone', source: 'told', certainty: 'sure' },
      { told_id: 'b', field: 'document.cpf', value: { state: 'has', number: '52998224725' }, source: 'document', certainty: 'sure' },
      { told_id: 'c', field: 'conditions', value: ['hiv'], source: 'told', certainty: 'sure' })], [], new Set(['company']))
    expect(card!.told).toEqual({ company: 'alone' })
    expect(card!.asked).toEqual(['company', 'document.cpf', 'conditions'])
    expect(JSON.stringify(card)).not.toContain('52998224725')
  })
})

describe('somebody new', () => {
  const registered: Saved = { id: newId(), name: 'people.register', occurred_at: AT, body: { person_id: 'n1', called: 'Moça do viaduto', called_kind: 'alias', age_band: 'age_18_59', sex: null, region_id: 'leste' } }
  it('is in the caseload before the server knows her', () => {
    const [card] = cardsOf([], [registered], [])
    expect(card).toMatchObject({ id: 'n1', called: 'Moça do viaduto', age_band: 'age_18_59', region_id: 'leste', last_met_at: AT })
    expect(card!.unsent.has('n1')).toBe(true)
  })
  it('once pulled she is there once', () => {
    expect(cardsOf([person({ id: 'n1', called: 'Moça do viaduto', called_kind: 'alias', names: [{ id: 'q', kind: 'alias', value: 'Moça do viaduto', source: 'told', certainty: 'sure' }] })], [registered], [])).toHaveLength(1)
  })
  it('named after an encounter, she brings its time, place and age', () => {
    const met: Met = { id: 'e1', at: '2026-11-21T09:00:00Z', outcome: 'attended_on_site', near: 'Norte', region_id: 'norte', people: [{ participation_id: 'x1', age_band: 'age_60_plus', sex: 'male' }] }
    const named: Saved = { id: newId(), name: 'encounters.complete', occurred_at: AT, body: { encounter_id: 'e1', addition_id: 'a', note: null, needs: [], outcome: null, names: [{ participation_id: 'x1', person_id: 'n2', called: 'Seu Zé', called_kind: 'nickname' }] } }
    expect(cardsOf([], [named], [met])[0]).toMatchObject({ id: 'n2', age_band: 'age_60_plus', sex: 'male', region_id: 'norte', contacts: [{ id: 'e1', near: 'Norte' }] })
  })
  it('met again, the meeting is the last one; "pode ser" is not a meeting', () => {
    const met: Met = { id: 'e2', at: '2026-11-22T09:00:00Z', outcome: null, near: 'Sul', region_id: 'sul', people: [] }
    const link = (certainty: string): Saved => ({ id: newId(), name: 'encounters.link', occurred_at: AT, body: { encounter_id: 'e2', links: [{ participation_id: 'x', person_id: 'p1', certainty }] } })
    expect(cardsOf([person()], [link('sure')], [met])[0]).toMatchObject({ last_met_at: met.at, near: 'Sul' })
    expect(cardsOf([person()], [link('possible')], [met])[0]).toMatchObject({ last_met_at: AT })
  })
})

it('what she is called: social, nickname, civil, description; of one kind the first listed', () => {
  const told = (kind: string, value: string) => ({ id: newId(), kind: kind as 'alias', value, source: 'told' as const, certainty: 'sure' as const })
  expect(calledOf([told('alias', 'a'), told('civil', 'b')])!.called).toBe('b')
  expect(calledOf([told('nickname', 'c'), told('nickname', 'a'), told('civil', 'b')])!.called).toBe('c')
  expect(calledOf([])).toBeNull()
})

it('a number tells when it was made, only if it is one that does', () => {
  expect(toldAt('018bcfe5-6800-7000-8000-000000000000')).toBe(1_700_000_000_000)
  expect(toldAt('6f9619ff-8b86-4011-b42d-00c04fc964ff')).toBeNull()
})
