/** Plane arithmetic on the few shapes a phone holds. Coordinates are GeoJSON order: longitude, latitude. */

export type LonLat = readonly [number, number]
export type Ring = ReadonlyArray<ReadonlyArray<number>>
export type Outline =
  | { type: 'Polygon'; coordinates: ReadonlyArray<Ring> }
  | { type: 'MultiPolygon'; coordinates: ReadonlyArray<ReadonlyArray<Ring>> }

const EARTH_RADIUS_M = 6371008.8
const radians = (degrees: number) => (degrees * Math.PI) / 180

export function distanceM(from: LonLat, to: LonLat): number {
  const lat1 = radians(from[1])
  const lat2 = radians(to[1])
  const half = Math.sin((lat2 - lat1) / 2) ** 2
    + Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(to[0] - from[0]) / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)))
}

function inRing(point: LonLat, ring: Ring): boolean {
  const [x, y] = point
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi = 0, yi = 0] = ring[i]!
    const [xj = 0, yj = 0] = ring[j]!
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

/** Even-odd over the rings of one polygon, so that a hole is outside. */
function inPolygon(point: LonLat, rings: ReadonlyArray<Ring>): boolean {
  return rings.reduce((inside, ring) => inRing(point, ring) !== inside, false)
}

export function inOutline(point: LonLat, outline: Outline): boolean {
  return outline.type === 'Polygon'
    ? inPolygon(point, outline.coordinates)
    : outline.coordinates.some((rings) => inPolygon(point, rings))
}

/** The region of the pulled outlines that holds the point; the server decides again on arrival. */
export function regionAt<R extends { outline: Outline | null }>(point: LonLat, regions: readonly R[]): R | null {
  return regions.find((region) => region.outline !== null && inOutline(point, region.outline)) ?? null
}

export type Bounds = [west: number, south: number, east: number, north: number]

export function boundsOf(outlines: readonly Outline[], points: readonly LonLat[] = []): Bounds | null {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity]
  const take = (lon: number, lat: number) => {
    bounds[0] = Math.min(bounds[0], lon)
    bounds[1] = Math.min(bounds[1], lat)
    bounds[2] = Math.max(bounds[2], lon)
    bounds[3] = Math.max(bounds[3], lat)
  }
  for (const outline of outlines) {
    const polygons = outline.type === 'Polygon' ? [outline.coordinates] : outline.coordinates
    for (const rings of polygons) for (const ring of rings) for (const [lon, lat] of ring) take(lon!, lat!)
  }
  for (const [lon, lat] of points) take(lon, lat)
  return bounds[0] === Infinity ? null : bounds
}
