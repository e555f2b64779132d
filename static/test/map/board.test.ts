import { describe, expect, it } from 'vitest'
import { clearing, levelOf } from '../../src/map/board-layout'
import { inOutline, type Outline } from '../../src/map/geometry'

const square: Outline = { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]] }
const facts = (from: number) => ({ people_from: from, people_to: null, region: null, near: null })

describe('the class of a cell', () => {
  it('goes from 1 to 4 by the least that the city shows', () => {
    expect([5, 10, 20, 50].map((from) => levelOf(facts(from), 5))).toEqual([1, 2, 3, 4])
    expect([8, 16, 32, 80].map((from) => levelOf(facts(from), 8))).toEqual([1, 2, 3, 4])
  })
})

describe('where a name stands', () => {
  it('is in the middle of an empty region', () => {
    const [lon, lat] = clearing(square, [])
    // As far from both sides; up and down there is room to spare, for a name is wide.
    expect(Math.abs(lon - 0.5)).toBeLessThan(0.1)
    expect(Math.min(lat, 1 - lat)).toBeGreaterThan(0.15)
  })
  it('goes away from the cells, and stays inside', () => {
    const at = clearing(square, [[0.5, 0.5], [0.4, 0.7], [0.6, 0.8]])
    expect(at[1]).toBeLessThan(0.4)
    expect(inOutline(at, square)).toBe(true)
  })
  it('stays inside a region with a bay', () => {
    const bay: Outline = { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0.6, 1], [0.6, 0.2], [0.4, 0.2], [0.4, 1], [0, 1], [0, 0]]] }
    expect(inOutline(clearing(bay, []), bay)).toBe(true)
  })
})
