import { describe, expect, it } from 'vitest'
import { holds, named, onScreen, fromScreen, partsOf, placeOf, shapeOf, spotOf, squaresIn, streetNear, widest, zoomed, type Whole } from '../../src/map/plan'

const city: Whole = {
  west: -35.3, north: -5.7, across: 110_700, down: 111_320, width: 15_000, height: 20_000, unit: 10, squares: 50,
  regions: [['Norte', 500, 500, 'M 0 0 l 1500 0 0 1000 -1500 0 z']], neighbourhoods: [],
}
const size = { width: 320, height: 300 }

describe('the drawn city', () => {
  it('reads what PostGIS writes: absolute to begin with, relative after, rings shut', () => {
    expect(partsOf('M 10 50 l 0 -10 10 0 z M 40 20 l 1 1', 2)).toEqual([[[20, 100], [20, 80], [40, 80], [20, 100]], [[80, 40], [82, 42]]])
  })
  it('puts a place where it was taken from', () => {
    const place = placeOf(city, spotOf(city, -35.21, -5.79))
    expect(place).toEqual([-35.21, -5.79])
  })
  it('knows the area and the street of a place', () => {
    const area = shapeOf(city.regions[0]!, city.unit)
    expect([holds(area, [5000, 5000]), holds(area, [5000, 10_500])]).toEqual([true, false])
    const streets = [shapeOf(['Rua A', 0, 0, 'M 0 0 l 1000 0'], 1), shapeOf(['Rua B', 0, 0, 'M 0 50 l 1000 0'], 1)]
    expect([streetNear(streets, [500, 10]), streetNear(streets, [500, 30]), streetNear(streets, [500, 200])]).toEqual(['Rua A', 'Rua B', null])
  })
  it('zooms about a point that stays where it is, and no farther than the city', () => {
    const view = { x: 7000, y: 9000, scale: 0.05 }
    const about = [100, 90] as const
    const nearer = zoomed(view, size, 3, about, city)
    const [x, y] = onScreen(nearer, size, fromScreen(view, size, about))
    expect([Math.round(x), Math.round(y), nearer.scale.toFixed(2)]).toEqual([100, 90, '0.15'])
    expect(zoomed(view, size, 0.001, about, city).scale).toBe(widest(city, size))
  })
  it('asks for streets near by only, four squares at the most', () => {
    expect(squaresIn(city, { x: 7000, y: 9000, scale: 0.05 }, size)).toEqual([])
    const asked = squaresIn(city, { x: 7000, y: 9000, scale: 0.22 }, size)
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.length).toBeLessThanOrEqual(4)
  })
  it('writes no name over another', () => {
    const shapes = [shapeOf(['Centro', 7000, 9000, 'M 0 0'], 1), shapeOf(['Cidade', 7005, 9001, 'M 0 0'], 1), shapeOf(['Alto', 7000, 9300, 'M 0 0'], 1)]
    expect(named(shapes, { x: 7000, y: 9000, scale: 0.2 }, size).map((each) => each.name)).toEqual(['Centro', 'Alto'])
  })
})
