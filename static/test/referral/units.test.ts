import { describe, expect, it } from 'vitest'
import type { Unit } from '../../src/contract/pull'
import { canReceive, ordered, viewOf, type Profile } from '../../src/screens/referral/units'

const NOW = new Date(2026, 10, 23, 22, 0).getTime()
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString()
const HERE = [-35.2, -5.8] as const
const unit = (name: string, changed: Partial<Unit> = {}): Unit => ({
  id: name, name, kind: 'shelter', phone: null, address: null, lon: -35.2, lat: -5.8, region_id: null, receives: ['men', 'women', 'families', 'animals'],
  hours_text: '24 horas', takes_referrals: true, free_places: 5, free_noted_at: ago(30), organization: null, email: null, services: [], entry_conditions: [],
  has_desk: true, is_outside: false, place_rule: 'beds', figure_minutes: 180, hold_minutes: 90, free_for: null, promised: null, unconfirmed: null,
  hours: { open: [], admission: [], holiday_rule: 'as_usual', exceptions: [] }, ...changed,
})
const alone: Profile = { people: 1, children: false, animals: false }
const names = (units: Unit[], profile = alone, from: readonly [number, number] | null = HERE) =>
  ordered(units, profile, from, NOW, 180).map((view) => view.unit.name)

describe('the order of units', () => {
  it('leaves out only who takes nobody', () => {
    expect(names([unit('a', { takes_referrals: false }), unit('b', { free_places: 0 })])).toEqual(['b'])
  })
  it('puts first who can receive this person', () => {
    const noAnimals = unit('perto', { receives: ['men'] })
    const far = unit('longe', { lat: -5.9 })
    expect(names([noAnimals, far], { ...alone, animals: true })).toEqual(['longe', 'perto'])
    expect(names([noAnimals, far])).toEqual(['perto', 'longe'])
  })
  it('then who is open, before who is near', () => {
    expect(names([unit('fechado', { hours_text: '8h às 17h' }), unit('longe', { lat: -5.9 }), unit('talvez', { hours_text: null, lat: -5.95 })]))
      .toEqual(['longe', 'talvez', 'fechado'])
  })
  it('then by distance in steps, and free places decide between neighbours', () => {
    expect(names([unit('a', { lat: -5.801, free_places: 2 }), unit('b', { lat: -5.803, free_places: 9 }), unit('c', { lat: -5.9, free_places: 40 })]))
      .toEqual(['b', 'a', 'c'])
  })
  it('does not trust an old figure, neither full nor empty', () => {
    const old = { free_noted_at: ago(600) }
    expect(names([unit('velho', { ...old, free_places: 40 }), unit('novo', { free_places: 1 })])).toEqual(['novo', 'velho'])
    expect(viewOf(unit('x', { ...old, free_places: 0 }), alone, HERE, NOW, 180)).toMatchObject({ room: true, stale: true })
  })
  it('counts the whole group', () => {
    expect(canReceive(viewOf(unit('x', { free_places: 3 }), { ...alone, people: 4 }, HERE, NOW, 180))).toBe(false)
    expect(canReceive(viewOf(unit('x', { free_places: 4 }), { ...alone, people: 4 }, HERE, NOW, 180))).toBe(true)
  })
  it('works without knowing where the phone is', () => {
    expect(names([unit('b'), unit('a')], alone, null)).toEqual(['a', 'b'])
  })
})
