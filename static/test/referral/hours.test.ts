import { describe, expect, it } from 'vitest'
import { openAt } from '../../src/screens/referral/hours'

// 2026-11-23 is a Monday.
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, 22 + day, hour, minute)

describe('hours as a desk types them', () => {
  it('always open', () => {
    expect(openAt('24 horas', at(0, 3))).toBe(true)
    expect(openAt('Aberto 24h', at(0, 3))).toBe(true)
  })
  it('a night that crosses midnight', () => {
    for (const words of ['18h às 7h', '18:00-07:00', '18h–7h', 'das 18h00 às 07h00']) {
      expect(openAt(words, at(1, 23)), words).toBe(true)
      expect(openAt(words, at(1, 6, 59)), words).toBe(true)
      expect(openAt(words, at(1, 7)), words).toBe(false)
      expect(openAt(words, at(1, 12)), words).toBe(false)
    }
  })
  it('weekdays, by their span', () => {
    const words = 'Seg a sex, 8h às 17h'
    expect(openAt(words, at(1, 8))).toBe(true)
    expect(openAt(words, at(5, 16, 59))).toBe(true)
    expect(openAt(words, at(6, 10))).toBe(false)
    expect(openAt('Segunda a sexta: 8h-12h e 13h-17h', at(2, 12, 30))).toBe(false)
    expect(openAt('Segunda a sexta: 8h-12h e 13h-17h', at(2, 14))).toBe(true)
  })
  it('a Friday night ends on Saturday morning, and Monday morning is not of Sunday', () => {
    expect(openAt('seg a sex 19h às 7h', at(6, 5))).toBe(true)
    expect(openAt('seg a sex 19h às 7h', at(1, 5))).toBe(false)
  })
  it('says nothing where the words are not plain', () => {
    for (const words of [null, '', 'Consulte por telefone', 'Seg, qua e sex 8h às 12h', 'Seg a sex 8h às 17h, sáb 8h às 12h']) {
      expect(openAt(words, at(1, 9)), String(words)).toBeNull()
    }
  })
})
