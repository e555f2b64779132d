import { describe, expect, it } from 'vitest'
import { BANDS, bandOfEach, observed, onePerson, PEOPLE_MAX, setBand, setCount, unobserved, type Group } from '../../src/screens/encounter/bands'

describe('age bands', () => {
  it('what nobody observed falls into the rest', () => {
    const four = setBand(setCount(onePerson(), 4), 'age_0_12', 3)
    expect(unobserved(four)).toBe(1)
  })
  it('more in the bands than counted raises the count', () => {
    expect(setBand(setCount(onePerson(), 2), 'age_18_59', 5).count).toBe(5)
  })
  it('a smaller group takes back the last guess first', () => {
    let group = setBand(setCount(onePerson(), 4), 'age_0_12', 2)
    group = setBand(group, 'age_18_59', 2)
    expect(setCount(group, 3).bands).toMatchObject({ age_0_12: 2, age_18_59: 1 })
    expect(setCount(group, 1).bands).toMatchObject({ age_0_12: 1, age_18_59: 0 })
  })
  it('stays within 0 and 300, and reads rubbish as nobody', () => {
    expect(setCount(onePerson(), 5000).count).toBe(PEOPLE_MAX)
    expect(setCount(onePerson(), -1).count).toBe(0)
    expect(setCount(onePerson(), Number.NaN).count).toBe(0)
    const full = setBand(onePerson(), 'age_0_12', 299)
    expect(setBand(full, 'age_60_plus', 9).count).toBe(PEOPLE_MAX)
  })
  it('always adds up, whatever is tapped', () => {
    let group: Group = onePerson()
    let seed = 7
    const next = (n: number) => (seed = (seed * 48271) % 2147483647) % n
    for (let i = 0; i < 2000; i++) {
      group = next(2) ? setCount(group, next(310) - 5) : setBand(group, BANDS[next(4)]!, next(320) - 10)
      expect(unobserved(group)).toBeGreaterThanOrEqual(0)
      expect(observed(group) + unobserved(group)).toBe(group.count)
      expect(bandOfEach(group)).toHaveLength(group.count)
      expect(group.count).toBeLessThanOrEqual(PEOPLE_MAX)
    }
  })
})
