/** The map of the field app. It draws what the phone already holds: no request. */
import { circle, circleMarker, control, geoJSON, map as leafletMap, svg } from 'leaflet'
import { boundsOf, distanceM, type LonLat } from './geometry'
import type { MapHandle, MapOptions } from './index'
import './map.css'

/** Without streets the known points are what one finds one's way by: the first view holds the two nearest, within reason. */
const NEAREST = 2
const VIEW_M: [least: number, most: number] = [200, 1500]
const NAMES_FROM_ZOOM = 14
const BRAZIL: [[number, number], [number, number]] = [[-33.8, -73.99], [5.3, -34.7]]

export function drawMap(box: HTMLElement, { regions, points, at, accuracyM, onCentre, streets }: MapOptions): MapHandle {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = leafletMap(box, {
    zoomControl: false, attributionControl: false, renderer: svg({ padding: 0.5 }), minZoom: 3, maxZoom: 19,
    zoomSnap: 0.5, zoomAnimation: !still, fadeAnimation: false, inertia: !still, keyboardPanDelta: 40,
  })
  // A view first: a layer that is added to a map without one has nothing to clip itself against.
  const bounds = boundsOf(regions.map((region) => region.outline), points.map(({ lon, lat }): LonLat => [lon, lat]))
  if (at !== null) map.fitBounds(circleBounds(at, radiusAround(at, accuracyM, points)), { animate: false })
  else map.fitBounds(bounds === null ? BRAZIL : [[bounds[1], bounds[0]], [bounds[3], bounds[2]]], { animate: false, padding: [12, 12] })

  for (const { name, outline } of regions) {
    geoJSON(outline as GeoJSON.GeoJsonObject, { interactive: false, style: { className: 'map-region' } })
      .bindTooltip(textNode(name), { permanent: true, direction: 'center', className: 'map-name', opacity: 1 })
      .addTo(map)
  }
  for (const { name, lon, lat } of points) {
    circleMarker([lat, lon], { radius: 7, interactive: false, className: 'map-point' })
      .bindTooltip(textNode(name), { permanent: true, direction: 'right', offset: [10, 0], className: 'map-name of-point', opacity: 1 })
      .addTo(map)
  }
  if (at !== null && accuracyM !== null && accuracyM > 0) {
    circle([at[1], at[0]], { radius: accuracyM, interactive: false, className: 'map-accuracy' }).addTo(map)
  }

  control.scale({ imperial: false, position: 'bottomleft' }).addTo(map)

  const centre = (): LonLat => [map.getCenter().lng, map.getCenter().lat]
  const nameByZoom = () => box.classList.toggle('map-far', map.getZoom() < NAMES_FROM_ZOOM)
  nameByZoom()
  map.on('zoomend', nameByZoom)
  map.on('moveend', () => onCentre(centre()))
  // A tap brings the place under the pin: nobody has to drag.
  map.on('click', (event) => map.panTo(event.latlng, { animate: !still }))

  // It never holds the map back: what the phone knows without it is on the screen already.
  let open = true
  void streets?.().then(async (source) => {
    if (source === null) return
    const { addBasemap } = await import('./basemap')
    if (open) addBasemap(map, source, points)
  }).catch(() => undefined)

  return {
    centre,
    zoom: (by) => { map.setZoom(map.getZoom() + by); },
    close: () => { open = false; map.remove(); },
  }
}

/** Leaflet takes a string as HTML; a name from outside must stay text. */
function textNode(name: string): HTMLElement {
  const span = document.createElement('span')
  span.textContent = name
  return span
}

function radiusAround(at: LonLat, accuracyM: number | null, points: MapOptions['points']): number {
  const away = points.map(({ lon, lat }) => distanceM(at, [lon, lat])).sort((a, b) => a - b)
  const near = Math.min(VIEW_M[1], away[Math.min(NEAREST, away.length) - 1] ?? VIEW_M[1])
  return Math.max(VIEW_M[0], near, accuracyM ?? 0) * 1.15
}

function circleBounds([lon, lat]: LonLat, radiusM: number): [[number, number], [number, number]] {
  const dLat = radiusM / 111_320
  const dLon = dLat / Math.max(0.1, Math.cos((lat * Math.PI) / 180))
  return [[lat - dLat, lon - dLon], [lat + dLat, lon + dLon]]
}
