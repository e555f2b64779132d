/** A map of places at the desk: regions, points that lead to their page, and the city's streets under them where it has a map. */
import { circleMarker, geoJSON, latLngBounds, map as leafletMap, svg } from 'leaflet'
import { addBasemap } from './basemap'
import type { ByteSource } from './basemap-tiles'
import { boundsOf, type LonLat, type Outline } from './geometry'
import './map.css'

export interface DeskPoint { name: string; lon: number; lat: number; href: string; isActive: boolean }
export interface PointsMap { zoom: (by: number) => void; show: (point: LonLat) => void }

export function openPoints(box: HTMLElement, regions: ReadonlyArray<{ outline: Outline | null }>, points: readonly DeskPoint[], streets: ByteSource | null): PointsMap {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = leafletMap(box, {
    zoomControl: false, attributionControl: false, renderer: svg({ padding: 0.5 }), minZoom: 8, maxZoom: 18, zoomSnap: 0.5,
    zoomAnimation: !still, fadeAnimation: false, inertia: !still, scrollWheelZoom: false,
    // One finger scrolls the page; the list says all that the map says.
    dragging: !matchMedia('(pointer: coarse)').matches,
  })
  const outlines = regions.flatMap(({ outline }) => (outline ? [outline] : []))
  const bounds = boundsOf(points.length ? [] : outlines, points.map(({ lon, lat }): LonLat => [lon, lat]))
  if (bounds) map.fitBounds(latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]), { animate: false, padding: [32, 32], maxZoom: 15 })
  else map.setView([-14.2, -51.9], 8, { animate: false })
  for (const outline of outlines) geoJSON(outline as GeoJSON.GeoJsonObject, { interactive: false, style: { className: 'map-region' } }).addTo(map)
  for (const { name, lon, lat, href, isActive } of points) {
    const words = document.createElement('span')
    words.textContent = name
    circleMarker([lat, lon], { radius: 8, className: isActive ? 'map-point' : 'map-point out' })
      .bindTooltip(words, { permanent: true, direction: 'right', offset: [10, 0], className: 'map-name of-point', opacity: 1 })
      .on('click', () => { location.assign(href); })
      .addTo(map)
  }
  const far = () => box.classList.toggle('map-far', map.getZoom() < (points.length > 12 ? 14 : 12))
  far()
  map.on('zoomend', far)
  if (streets) addBasemap(map, streets, points)
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(box)
  return {
    zoom: (by) => { map.setZoom(map.getZoom() + by) },
    show: ([lon, lat]) => { map.setView([lat, lon], 16, { animate: !still }) },
  }
}
