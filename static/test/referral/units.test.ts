import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Receives } from '../../src/contract/network'
import type { Person, Unit } from '../../src/contract/pull'
import { limitsOf, openWords, roomWords } from '../../src/screens/referral/unit-words'
import { canReceive, nobodySaid, notReceived, ordered, purposeAt, serves, suspensionsOf, viewOf, type Ground, type Profile } from '../../src/screens/referral/units'

// A Monday, 22:00 in Fortaleza.
const NOW = Date.parse('2026-11-24T01:00:00Z')
const TODAY = '2026-11-23'
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString()
const HERE = [-35.2, -5.8] as const
const unit = (name: string, changed: Partial<Unit> = {}): Unit => ({
  id: name, name, kind: 'shelter', phone: null, address: null, lon: -35.2, lat: -5.8, region_id: null, receives: ['men', 'women', 'families', 'animals'],
  hours_text: '24 horas', takes_referrals: true, free_places: 5, free_noted_at: ago(30), organization: null, email: null, services: [], entry_conditions: [],
  has_desk: true, is_outside: false, place_rule: 'beds', figure_minutes: 180, hold_minutes: 90, free_for: null, promised: null, unconfirmed: null,
  hours: { open: [], admission: [], holiday_rule: 'as_usual', exceptions: [] }, ...changed,
})
const everyDay = (opens: string, closes: string) => [0, 1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, opens, closes }))
const alone = nobodySaid(1)
const saying = (...said: Profile['said']): Profile => ({ ...alone, said })
const ground = (changed: Partial<Ground> = {}): Ground => ({ from: HERE, now: NOW, timeZone: 'America/Fortaleza', holidays: [], suspended: new Map(), ...changed })
const names = (units: Unit[], profile = alone, changed: Partial<Ground> = {}) => ordered(units, profile, ground(changed)).map((view) => view.unit.name)
const view = (changed: Partial<Unit>, profile = alone, there: Partial<Ground> = {}) => viewOf(unit('x', changed), profile, ground(there))

describe('the order of units', () => {
  it('leaves out only who takes nobody', () => {
    expect(names([unit('a', { takes_referrals: false }), unit('b', { free_places: 0 })])).toEqual(['b'])
  })
  it('puts first who can receive this person', () => {
    const noAnimals = unit('perto', { receives: ['men'] })
    const far = unit('longe', { lat: -5.9 })
    expect(names([noAnimals, far], saying('animals'))).toEqual(['longe', 'perto'])
    expect(names([noAnimals, far])).toEqual(['perto', 'longe'])
  })
  it('puts last who does not receive this person until a day, whatever its room', () => {
    expect(names([unit('suspensa', { free_places: 30 }), unit('cheia', { free_places: 0, lat: -5.9 })], alone, { suspended: new Map([['suspensa', '2026-12-10']]) }))
      .toEqual(['cheia', 'suspensa'])
  })
  it('then who admits, before who is near; one that admits later before one that says nothing of when', () => {
    const late = { hours: { ...unit('').hours, open: everyDay('18:00', '06:00'), admission: everyDay('18:00', '20:30') } }
    expect(names([unit('fechado', { hours_text: '8h às 17h' }), unit('tarde', late), unit('longe', { lat: -5.9 }), unit('talvez', { hours_text: null, lat: -5.95 })]))
      .toEqual(['longe', 'talvez', 'tarde', 'fechado'])
  })
  it('then by distance in steps, and free places decide between neighbours', () => {
    expect(names([unit('a', { lat: -5.801, free_places: 2 }), unit('b', { lat: -5.803, free_places: 9 }), unit('c', { lat: -5.9, free_places: 40 })]))
      .toEqual(['b', 'a', 'c'])
  })
  it('does not trust an old figure, neither full nor empty, by the limit of the unit itself', () => {
    const old = { free_noted_at: ago(200) }
    expect(names([unit('velho', { ...old, free_places: 40 }), unit('novo', { free_places: 1 })])).toEqual(['novo', 'velho'])
    expect(view({ ...old, free_places: 0 })).toMatchObject({ room: true, stale: true })
    expect(view({ ...old, free_places: 0, figure_minutes: 240 })).toMatchObject({ room: false, stale: false })
  })
  it('counts the whole group, and the beds that are for who goes', () => {
    expect(canReceive(view({ free_places: 3 }, { ...alone, people: 4 }))).toBe(false)
    expect(canReceive(view({ free_places: 4 }, { ...alone, people: 4 }))).toBe(true)
    expect(canReceive(view({ free_places: 4, free_for: { men: 4, women: 0 } }, saying('women')))).toBe(false)
    expect(canReceive(view({ free_places: 4, free_for: { men: 4, women: 0 } }))).toBe(true)
    expect(view({ free_places: 4, free_for: { men: 4, wheelchair: 1 } }, saying('men', 'wheelchair')).free).toBe(1)
    // A man and a woman together: beds for one of them are none for both, unless a couple's bed is there.
    expect(view({ free_places: 4, free_for: { men: 4 } }, saying('men', 'women')).free).toBe(0)
    expect(view({ free_places: 5, free_for: { men: 4, women: 1 } }, saying('men', 'women')).free).toBe(1)
    expect(view({ free_places: 6, free_for: { men: 4, couples: 2 } }, saying('men', 'women', 'couples')).free).toBe(2)
  })
  it('works without knowing where the phone is', () => {
    expect(names([unit('b'), unit('a')], alone, { from: null })).toEqual(['a', 'b'])
  })
  it('takes what was only seen for a hint: nobody is turned away by it', () => {
    const seen = nobodySaid(3, ['children'])
    expect(names([unit('adultos', { receives: ['men', 'women'] }), unit('familias', { lat: -5.9 })], seen)).toEqual(['familias', 'adultos'])
    expect(canReceive(view({ receives: ['men', 'women'] }, seen))).toBe(true)
  })
})

interface Takes { cases: { name: string; receives: string[]; wanted: Receives[]; takes: boolean; lacking: string[] }[] }
const takes = JSON.parse(readFileSync(new URL('../../../tests/contract/house_takes.json', import.meta.url), 'utf8')) as Takes

describe('whom a house receives, as the server says', () => {
  it.each(takes.cases.map((one) => [one.name, one] as const))('%s', (_, { receives, wanted, takes: fits, lacking }) => {
    expect(notReceived(receives, wanted)).toEqual(lacking)
    expect(lacking.length === 0).toBe(fits)
  })
})

describe('other destinations', () => {
  it('are found by their services, or by what they are', () => {
    expect(serves(unit('caps', { kind: 'caps' }), 'health')).toBe(true)
    expect(serves(unit('pop', { kind: 'centro_pop', services: ['meals', 'health'] }), 'health')).toBe(true)
    expect(serves(unit('abrigo'), 'health')).toBe(false)
    expect(serves(unit('abrigo'), 'other')).toBe(true)
  })
  it('a day service is no place to sleep, though nobody said what for', () => {
    expect(purposeAt(unit('pop', { kind: 'centro_pop' }), null)).toBe('service')
    expect(purposeAt(unit('abrigo'), null)).toBe('place')
    expect(purposeAt(unit('abrigo'), 'documents')).toBe('documents')
    // A bed was meant for the unit chosen before; this one has none.
    expect(purposeAt(unit('pop', { kind: 'centro_pop', place_rule: 'none' }), 'place')).toBe('service')
    expect(purposeAt(unit('república', { kind: 'supported_housing' }), 'place')).toBe('place')
  })
})

describe('suspensions', () => {
  const person = (suspended: Person['suspended'], also: string[] = []) => ({ id: 'p', also, suspended }) as unknown as Person
  it('hold until their last day, of any id that was ever hers, and of nobody else', () => {
    const until = [{ unit_id: 'u', until_on: TODAY }, { unit_id: 'v', until_on: '2026-11-22' }]
    expect([...suspensionsOf(['p'], [person(until)], TODAY)]).toEqual([['u', TODAY]])
    expect([...suspensionsOf(['old'], [person(until, ['old'])], TODAY)]).toEqual([['u', TODAY]])
    expect(suspensionsOf(['q', null], [person(until)], TODAY).size).toBe(0)
    expect(suspensionsOf(['p'], [person(undefined)], TODAY).size).toBe(0)
  })
  it('are said with their day and never with a reason', () => {
    expect(limitsOf(view({}, alone, { suspended: new Map([['x', '2026-12-10']]) }))).toContain('Esta unidade não recebe até 10/12')
  })
})

describe('the words of a unit', () => {
  const hours = (open: string[], admission: string[] | null = null) => ({
    hours: { ...unit('').hours, open: everyDay(open[0]!, open[1]!), admission: admission ? everyDay(admission[0]!, admission[1]!) : [] },
  })
  it('say until when it receives', () => {
    expect(openWords(view(hours(['18:00', '06:00'], ['18:00', '22:30'])), TODAY)).toBe('Recebe até 22:30')
    expect(openWords(view(hours(['18:00', '06:00'], ['18:00', '20:30'])), TODAY)).toBe('Recebe amanhã às 18:00')
    expect(openWords(view(hours(['23:00', '06:00'])), TODAY)).toBe('Recebe a partir de 23:00')
    expect(openWords(view(hours(['00:00', '00:00'])), TODAY)).toBe('Recebe a qualquer hora')
    expect(openWords(view({}), TODAY)).toBe('Aberto agora')
  })
  it('never say a figure without its age, and say of an old one that it is not confirmed', () => {
    expect(roomWords(view({}), NOW)).toBe('5 vagas · há 30 min')
    expect(roomWords(view({ free_noted_at: ago(200) }), NOW)).toBe('5 vagas · há 3 h · não confirmado')
  })
  it('say of a unit without a desk that the team notes its answer', () => {
    expect(limitsOf(view({ has_desk: false }))).toContain('Responde por telefone: você anota a resposta')
  })
})
