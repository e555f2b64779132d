import { describe, expect, it } from 'vitest'
import { dayAfter, daysBetween } from '../../src/rules/days'
import { checkMember, isPastDue, monthsOf, weeksOf, type MemberDraft } from '../../src/rules/family'
import { keptOf, likelySame, type Meeting } from '../../src/rules/same-encounter'
import { byDue, checkTask, type TaskDraft } from '../../src/rules/task'

const draft = (change: Partial<TaskDraft> = {}): TaskDraft => ({
  person_id: 'p', household_id: null, encounter_id: null, what: 'Procurar de novo', due_on: '2026-11-27', due_time: null, place_text: null, point_id: null, mine: false, ...change,
})

describe('an agreed step', () => {
  it('needs what and a day that is still to come', () => {
    expect(checkTask(draft(), '2026-11-27')).toEqual({})
    for (const [wrong, field] of [[{ what: ' ' }, 'what'], [{ what: 'x'.repeat(201) }, 'what'], [{ due_on: null }, 'due_on'], [{ due_on: '2026-11-26' }, 'due_on'],
      [{ due_on: '2027-12-01' }, 'due_on'], [{ due_on: '2026-13-41' }, 'due_on'], [{ due_time: '25:00' }, 'due_time'], [{ place_text: 'x'.repeat(201) }, 'place_text']] as const) {
      expect(Object.keys(checkTask(draft(wrong), '2026-11-27'))).toEqual([field])
    }
  })
  it('goes by day, then hour, those of any hour last', () => {
    const due = (due_on: string, due_time: string | null) => ({ due_on, due_time })
    expect([due('2026-11-28', null), due('2026-11-27', null), due('2026-11-27', '14:00'), due('2026-11-27', '09:00')].sort(byDue).map((one) => `${one.due_on} ${one.due_time}`))
      .toEqual(['2026-11-27 09:00', '2026-11-27 14:00', '2026-11-27 null', '2026-11-28 null'])
  })
  it('counts days over the end of months and the change of clocks', () => {
    expect(dayAfter('2026-02-28', 1)).toBe('2026-03-01')
    expect(daysBetween('2026-10-01', '2026-11-01')).toBe(31)
  })
})

describe('a family', () => {
  it('tells a child in months and a pregnancy in weeks', () => {
    expect(monthsOf('2025-11-28', '2026-11-27')).toBe(11)
    expect(monthsOf('2025-11-27', '2026-11-27')).toBe(12)
    expect(monthsOf('2026-11-28', '2026-11-27')).toBeNull()
    expect(weeksOf('2026-11-27', '2026-11-27')).toBe(40)
    expect(weeksOf('2027-03-19', '2026-11-27')).toBe(24)
    expect(weeksOf('2028-11-27', '2026-11-27')).toBeNull()
    expect(isPastDue('2026-11-26', '2026-11-27')).toBe(true)
  })
  it('takes no birth that is still to come, and no impossible day', () => {
    const child: MemberDraft = { member_id: null, called: 'Bia', kind: 'child', birth_on: null, due_on: null, is_responsible: false, person_id: null }
    expect(checkMember(child, '2026-11-27')).toEqual({})
    expect(Object.keys(checkMember({ ...child, birth_on: '2026-12-01' }, '2026-11-27'))).toEqual(['birth_on'])
    expect(Object.keys(checkMember({ ...child, birth_on: '1820-12-01' }, '2026-11-27'))).toEqual(['birth_on'])
    expect(Object.keys(checkMember({ ...child, kind: 'pregnant', due_on: '2030-01-01' }, '2026-11-27'))).toEqual(['due_on'])
    expect(Object.keys(checkMember({ ...child, called: ' ', kind: null }, '2026-11-27'))).toEqual(['called', 'kind'])
  })
})

const meeting = (change: Partial<Meeting> = {}): Meeting => ({ id: 'a', team_id: 't', at: 0, region_id: 'r', place_label: 'Rua Chile', point_id: null, mine: true, ...change })
const MINUTE = 60_000

describe('likely the same meeting', () => {
  it('is of the same team, minutes apart, in the same place, and a teammate’s', () => {
    const others = [meeting({ id: 'b', mine: false, at: 9 * MINUTE }), meeting({ id: 'c', mine: false, at: -MINUTE }), meeting({ id: 'd', mine: false, at: 16 * MINUTE }),
      meeting({ id: 'e', mine: false, team_id: 'u' }), meeting({ id: 'f', mine: false, region_id: 's' }), meeting({ id: 'g' }),
      meeting({ id: 'h', mine: false, place_label: 'Av. Rio Branco' })]
    expect(likelySame(meeting(), others).map((one) => one.id)).toEqual(['c', 'b'])
  })
  it('with two known points goes by the point, without any place proposes nothing', () => {
    expect(likelySame(meeting({ point_id: 'x' }), [meeting({ id: 'b', mine: false, point_id: 'y' })])).toEqual([])
    expect(likelySame(meeting({ region_id: null }), [meeting({ id: 'b', mine: false, region_id: null })])).toEqual([])
  })
  it('is not so by the region alone', () => {
    expect(likelySame(meeting({ place_label: null }), [meeting({ id: 'b', mine: false, at: 14 * MINUTE, place_label: null })])).toEqual([])
  })
  it('keeps the earlier, on both phones alike', () => {
    const [a, b] = [meeting(), meeting({ id: 'b', at: 5 })]
    expect(keptOf(a, b)).toEqual({ kept: a, joined: b })
    expect(keptOf(b, a)).toEqual({ kept: a, joined: b })
    expect(keptOf(meeting({ id: 'z' }), a).kept.id).toBe('a')
  })
})
