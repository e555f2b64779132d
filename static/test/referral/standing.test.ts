import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { standing, wallTime, type Standing, type Week } from '../../src/rules/hours'

interface Cases { weeks: Record<string, Week>; standing: { name: string; week: string; at: string; expect: Standing }[] }
const cases = JSON.parse(readFileSync(new URL('../../../tests/contract/hours.json', import.meta.url), 'utf8')) as Cases

describe('hours, as the server reads them', () => {
  it.each(cases.standing.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(standing(cases.weeks[one.week]!, one.at)).toEqual(one.expect)
  })
})

describe('the wall clock of a city', () => {
  it('is its own, whatever zone the phone was set to', () => {
    expect(wallTime(Date.parse('2026-11-27T02:30:00Z'), 'America/Fortaleza')).toBe('2026-11-26T23:30')
    expect(wallTime(Date.parse('2026-11-27T03:00:00Z'), 'America/Fortaleza')).toBe('2026-11-27T00:00')
    expect(wallTime(Date.parse('2026-11-27T03:00:00Z'), 'America/Rio_Branco')).toBe('2026-11-26T22:00')
  })
})
