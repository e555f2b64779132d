import { describe, expect, it } from 'vitest'
import { arrivals } from '../../src/live/inbox'

describe('what a poll brought', () => {
  it('names the referrals that were not there before', () => {
    expect(arrivals(new Set(['a', 'b']), ['c', 'b'])).toEqual(['c'])
  })
  it('is silent when something was answered and nothing came', () => {
    expect(arrivals(new Set(['a', 'b']), ['b'])).toEqual([])
  })
})
