import { describe, expect, test } from 'vitest'
import { longestRun, placed, type Named } from '../../src/map/basemap-names'
import { drawnFrom } from '../../src/map/basemap-tiles'

const FRAME = { width: 360, height: 400 }
const measure = ({ name }: Named) => ({ width: name.length * 7, height: 15 })
const street = (name: string, ...line: [number, number][]): Named => ({ name, kind: 'street', line })

describe('names of streets', () => {
  test('a name stands along its street, readable from below', () => {
    const [word] = placed([street('Rua da Aurora', [300, 300], [100, 100])], FRAME, measure)
    expect(word).toMatchObject({ name: 'Rua da Aurora', x: 200, y: 200 })
    expect(word!.turn).toBeCloseTo(Math.PI / 4)
  })

  test('a street too short for its name has none, nor has one out of sight', () => {
    expect(placed([street('Rua da Aurora', [10, 10], [40, 10])], FRAME, measure)).toEqual([])
    expect(placed([street('Rua da Aurora', [500, 10], [900, 10])], FRAME, measure)).toEqual([])
  })

  test('only the seen part counts, and the straight part of what bends', () => {
    expect(longestRun([[-1000, 50], [200, 50]], FRAME)).toMatchObject({ x: 100, y: 50, length: 200 })
    expect(longestRun([[10, 10], [60, 10], [60, 200]], FRAME)).toMatchObject({ x: 60, y: 105, length: 190 })
  })

  test('no name over another, nor over a known point; the same name once in sight', () => {
    const crowd = [street('Rua Um', [20, 100], [340, 100]), street('Rua Dois', [140, 104], [210, 104]), street('Rua Um', [20, 200], [200, 200])]
    expect(placed(crowd, FRAME, measure)).toMatchObject([{ name: 'Rua Um', x: 180, y: 100 }])
    const point = [{ x: 180, y: 100, wide: 90, high: 20 }]
    expect(placed([street('Rua Um', [150, 100], [210, 100])], FRAME, measure, point)).toEqual([])
    // Where the street is long enough, its name stands beside the point.
    expect(placed([street('Rua Um', [20, 100], [340, 100])], FRAME, measure, point)).toMatchObject([{ name: 'Rua Um', y: 100 }])
  })

  test('nearer than the file goes, a part of its last tile is drawn', () => {
    expect(drawnFrom({ z: 18, x: 4 * 9 + 3, y: 4 * 5 + 1 })).toEqual({ tile: { z: 16, x: 9, y: 5 }, scale: 4, left: 3, top: 1 })
    expect(drawnFrom({ z: 14, x: 9, y: 5 })).toEqual({ tile: { z: 14, x: 9, y: 5 }, scale: 1, left: 0, top: 0 })
  })
})
