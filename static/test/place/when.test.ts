import { describe, expect, it } from 'vitest'
import { instantOfClock, isStale, isYesterday, minutesAgo } from '../../src/screens/place/when'

const NOW = new Date(2026, 10, 22, 0, 20).getTime()

describe('foi antes', () => {
  it('counts back from the tap', () => {
    expect(Date.parse(minutesAgo(15, NOW))).toBe(NOW - 900_000)
  })
  it('a clock time that has not come yet was yesterday, because a night shift crosses midnight', () => {
    const evening = instantOfClock('23:40', NOW)!
    expect(new Date(evening).getHours()).toBe(23)
    expect(isYesterday(evening, NOW)).toBe(true)
    expect(isYesterday(instantOfClock('00:05', NOW)!, NOW)).toBe(false)
  })
  it('refuses what is no time', () => {
    for (const text of ['', '24:00', '12:60', 'meia-noite', '1240']) expect(instantOfClock(text, NOW)).toBeNull()
  })
})

it('a draft of ten minutes ago is of another moment', () => {
  expect(isStale(new Date(NOW - 9 * 60_000).toISOString(), NOW)).toBe(false)
  expect(isStale(new Date(NOW - 11 * 60_000).toISOString(), NOW)).toBe(true)
})
