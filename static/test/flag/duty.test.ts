import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { DutyPhone, Recipient } from '../../src/contract/protection'
import { onDuty, ringsOf } from '../../src/rules/duty'

interface Cases {
  on: { name: string; phone: DutyPhone; at: string; on: boolean }[]
  rings: { name: string; recipients: Recipient[]; code: string; region_id: string | null; at: string; phones: string[] }[]
}
const cases = JSON.parse(readFileSync(new URL('../../../tests/contract/duty.json', import.meta.url), 'utf8')) as Cases

describe('a telephone is answered', () => {
  it.each(cases.on)('$name', ({ phone, at, on }) => expect(onDuty(phone, at)).toBe(on))
  it('by hours with seconds, as a server may write them', () => {
    expect(onDuty({ weekdays: 127, from_time: '18:00:00', to_time: '08:00:00', starts_on: null, ends_on: null }, '2026-11-27T17:59')).toBe(false)
  })
})

describe('who is rung', () => {
  it.each(cases.rings)('$name', ({ recipients, code, region_id, at, phones }) =>
    expect(ringsOf(recipients, code, region_id, at).map(({ phone }) => phone)).toEqual(phones))
})
