import { describe, expect, it } from 'vitest'
import { boundsOf, distanceM, inOutline, regionAt, type Outline } from '../../src/map/geometry'

const square = (x: number, y: number, side: number) => [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
const withHole: Outline = { type: 'Polygon', coordinates: [square(0, 0, 10), square(4, 4, 2)] }
const twoParts: Outline = { type: 'MultiPolygon', coordinates: [[square(20, 0, 2)], [square(30, 0, 2)]] }

describe('regionAt', () => {
  const regions = [{ name: 'Norte', outline: withHole }, { name: 'Ilhas', outline: twoParts }, { name: 'sem contorno', outline: null }]
  it('finds the region by its outline, in any part of a multipolygon', () => {
    expect(regionAt([1, 1], regions)?.name).toBe('Norte')
    expect(regionAt([31, 1], regions)?.name).toBe('Ilhas')
  })
  it('is nowhere in a hole and outside of all', () => {
    expect(inOutline([5, 5], withHole)).toBe(false)
    expect(regionAt([25, 1], regions)).toBeNull()
  })
})

describe('distanceM', () => {
  it('knows a degree of latitude and shrinks a degree of longitude away from the equator', () => {
    expect(distanceM([-35.2, -5], [-35.2, -6])).toBeCloseTo(111195, -2)
    expect(distanceM([-46, -23.5], [-47, -23.5])).toBeCloseTo(101972, -3)
    expect(distanceM([-35.2, -5.8], [-35.2, -5.8])).toBe(0)
  })
})

describe('boundsOf', () => {
  it('covers outlines and points, and says nothing of nothing', () => {
    expect(boundsOf([withHole, twoParts], [[-1, 12]])).toEqual([-1, 0, 32, 12])
    expect(boundsOf([])).toBeNull()
  })
})
