import { describe, expect, it } from 'vitest'
import { changeVisit, dayAfter, hasFamily, isVisitTouched, newVisit, visitDraftOf, visitInput } from '../../src/screens/home-visit/draft'

const NOW = Date.parse('2026-11-22T14:00:00.000Z')
const off = { status: 'off' } as const
const fix = { status: 'fix', lon: -35.2, lat: -5.8, accuracy_m: 9, at: new Date(NOW).toISOString() } as const

describe('a home visit', () => {
  it('takes no place unless somebody marks it', () => {
    expect(visitInput(newVisit(NOW, 'h'), fix, NOW).place).toMatchObject({ source: 'none', lon: null })
    expect(visitInput(changeVisit(newVisit(NOW, 'h'), { place: { kind: 'auto' } }), fix, NOW).place).toMatchObject({ source: 'gps', lon: -35.2 })
  })
  it('has a family from the list, or a name, never both', () => {
    const named = changeVisit(newVisit(NOW), { called: '  Casa azul ' })
    expect(visitInput(named, off, NOW)).toMatchObject({ household_id: null, called: 'Casa azul' })
    expect(visitInput(changeVisit(named, { household_id: 'h' }), off, NOW)).toMatchObject({ household_id: 'h', called: null })
    expect(hasFamily(newVisit(NOW))).toBe(false)
  })
  it('asks who was there only where the door was opened', () => {
    const done = changeVisit(newVisit(NOW, 'h'), { result: 'done', present: ['mother'], member_ids: ['m'] })
    expect(visitInput(done, off, NOW)).toMatchObject({ present: ['mother'], member_ids: ['m'] })
    expect(visitInput(changeVisit(done, { result: 'nobody_home' }), off, NOW)).toMatchObject({ present: [], member_ids: [] })
  })
  it('does not carry the members of one family to another', () => {
    const done = changeVisit(newVisit(NOW, 'h'), { result: 'done', member_ids: ['m'] })
    expect(changeVisit(done, { household_id: 'other' }).member_ids).toEqual([])
  })
  it('only opened for a family is nothing to come back to', () => {
    expect(isVisitTouched(newVisit(NOW, 'h'))).toBe(false)
    expect(isVisitTouched(changeVisit(newVisit(NOW, 'h'), { result: 'moved' }))).toBe(true)
  })
  it('under correction and left alone is as it was', () => {
    const original = {
      household_id: 'h', called: null, result: 'done' as const, present: ['child' as const], member_ids: ['m'], late_at: null, note: 'x', next_on: '2026-12-01',
      place: visitInput(newVisit(NOW), off, NOW).place, team_id: 't',
    }
    expect(visitInput(visitDraftOf('v', new Date(NOW).toISOString(), original), fix, NOW)).toEqual(original)
  })
})

it('the next day is of the calendar on the wall', () => {
  expect(dayAfter(7, new Date(2026, 10, 27, 23, 30).getTime())).toBe('2026-12-04')
  expect(dayAfter(0, new Date(2026, 0, 1, 0, 5).getTime())).toBe('2026-01-01')
})
