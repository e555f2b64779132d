/** The board's map: regions and the cells with enough people, as the server counted them. No tile, no request. */
import { geoJSON, map as leafletMap, svg, tooltip, type Layer, type Map as LeafletMap } from 'leaflet';
import { boundsOf, distanceM, inOutline, type LonLat, type Outline } from './geometry';
import './map.css';

export interface CellFacts { people_from: number; people_to: number | null; region: string | null; near: string | null }
export interface RegionFacts { id: string; name: string; encounters: number; people: number }
export interface BoardCells {
  min_people: number;
  cells: GeoJSON.FeatureCollection<GeoJSON.Polygon, CellFacts>;
  regions: GeoJSON.FeatureCollection<GeoJSON.MultiPolygon, RegionFacts>;
}

export interface BoardMap { show(data: BoardCells): void }

const STEPS = [1, 2, 4, 10];

/** 1 to 4: the class of a cell, for its colour and its pattern of border. */
export function levelOf(facts: CellFacts, least: number): number {
  return STEPS.filter((step) => facts.people_from >= least * step).length;
}

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
    drawn = [
      geoJSON(data.regions, { interactive: false, style: { className: 'board-region' } }),
      geoJSON(data.cells, {
        interactive: false,
        style: (cell) => ({ className: `board-cell level-${levelOf((cell as GeoJSON.Feature<GeoJSON.Polygon, CellFacts>).properties, data.min_people)}` }),
      }),
      ...data.regions.features.map((region) => {
        const [lon, lat] = clearing(region.geometry, middles(data));
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

const GRID = 12;

/** Where a name hides least: of a grid of points inside the region, the one farthest from cells and from its edge. */
export function clearing(outline: Outline, busy: readonly LonLat[]): LonLat {
  const [west, south, east, north] = boundsOf([outline])!;
  let best: LonLat = [(west + east) / 2, (south + north) / 2];
  let widest = -1;
  const edge = (outline.type === 'Polygon' ? [outline.coordinates] : outline.coordinates).flat(2) as unknown as LonLat[];
  for (let i = 1; i < GRID; i++) {
    for (let j = 1; j < GRID; j++) {
      const at: LonLat = [west + ((east - west) * i) / GRID, south + ((north - south) * j) / GRID];
      if (!inOutline(at, outline)) continue;
      const room = Math.min(...busy.map((other) => distanceM(at, other)), ...edge.map((corner) => distanceM(at, corner) * 1.5));
      if (room > widest) [best, widest] = [at, room];
    }
  }
  return best;
}

/** Leaflet takes a string as HTML; a name from outside must stay text. */
function label({ name, people }: RegionFacts): HTMLElement {
  const box = document.createElement('span');
  const strong = document.createElement('b');
  strong.textContent = name;
  box.append(strong, ` ${people}`);
  return box;
}
