/** The map behind one small door, so that its library can be changed; the library itself comes only when a map is opened. */
import type { ByteSource } from './basemap-tiles'
import type { LonLat, Outline } from './geometry'

export type { ByteSource } from './basemap-tiles'
export { boundsOf, distanceM, inOutline, regionAt, type LonLat, type Outline } from './geometry'

export interface MapOptions {
  regions: ReadonlyArray<{ name: string; outline: Outline }>
  points: ReadonlyArray<{ name: string; lon: number; lat: number }>
  /** Where to begin; null shows the whole city. */
  at: LonLat | null
  /** Radius of the reading, drawn as a circle: never a false point. */
  accuracyM: number | null
  /** The pin stands in the middle: this is told after each move. */
  onCentre: (at: LonLat) => void
  /** The city's map with its streets, where this phone has it; without it outlines and points are drawn. */
  streets?: () => Promise<ByteSource | null>
}

export interface MapHandle {
  centre(): LonLat
  zoom(by: number): void
  close(): void
}

export async function openMap(box: HTMLElement, options: MapOptions): Promise<MapHandle> {
  const { drawMap } = await import('./leaflet-map')
  return drawMap(box, options)
}
