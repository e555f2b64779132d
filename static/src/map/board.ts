/** The board's map: regions and the cells with enough people, as the server counted them. No tile, no request. */
import { geoJSON, map as leafletMap, svg, tooltip, type Layer, type Map as LeafletMap } from 'leaflet';
import { clearing, levelOf, type CellFacts, type RegionFacts } from './board-layout';
import type { LonLat } from './geometry';
import './map.css';

export interface BoardCells {
  min_people: number;
  cells: GeoJSON.FeatureCollection<GeoJSON.Polygon, CellFacts>;
  regions: GeoJSON.FeatureCollection<GeoJSON.MultiPolygon, RegionFacts>;
}

export interface BoardMap { show(data: BoardCells): void }

export function openBoard(box: HTMLElement, first: BoardCells): BoardMap {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = leafletMap(box, {
    zoomControl: false, attributionControl: false, renderer: svg({ padding: 0.5 }), minZoom: 8, maxZoom: 15,
    zoomSnap: 0.25, zoomAnimation: !still, fadeAnimation: false, inertia: !still, scrollWheelZoom: false,
    // One finger scrolls the page; the tables say all that the map says.
    dragging: !matchMedia('(pointer: coarse)').matches,
  });
  let drawn: Layer[] = [];
  const show = (data: BoardCells): void => {
    for (const layer of drawn) layer.remove();
    const busy = middles(data);
    drawn = [
      geoJSON(data.regions, { interactive: false, style: { className: 'board-region' } }),
      geoJSON(data.cells, {
        interactive: false,
        style: (cell) => ({ className: `board-cell level-${levelOf((cell as GeoJSON.Feature<GeoJSON.Polygon, CellFacts>).properties, data.min_people)}` }),
      }),
      ...data.regions.features.map((region) => {
        const [lon, lat] = clearing(region.geometry, busy);
        busy.push([lon, lat]);
        return tooltip({ permanent: true, direction: 'center', className: 'board-name', opacity: 1 }).setLatLng([lat, lon]).setContent(label(region.properties));
      }),
    ];
    for (const layer of drawn) layer.addTo(map);
  };
  fit(map, first);
  show(first);
  new ResizeObserver(() => { map.invalidateSize({ animate: false }); fit(map, first); }).observe(box);
  return { show };
}

function fit(map: LeafletMap, data: BoardCells): void {
  const bounds = geoJSON(data.regions.features.length > 0 ? data.regions : data.cells).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { animate: false, padding: [10, 10] });
  else map.setView([-14.2, -51.9], 8, { animate: false });
}

const middles = (data: BoardCells): LonLat[] => data.cells.features.map(({ geometry }) => {
  const ring = geometry.coordinates[0]!.slice(1);
  return [ring.reduce((sum, at) => sum + at[0]!, 0) / ring.length, ring.reduce((sum, at) => sum + at[1]!, 0) / ring.length];
});

/** Leaflet takes a string as HTML; a name from outside must stay text. */
function label({ name, people }: RegionFacts): HTMLElement {
  const box = document.createElement('span');
  const strong = document.createElement('b');
  strong.textContent = name;
  box.append(strong, ` ${people}`);
  return box;
}
