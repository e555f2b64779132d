/** The board's map: regions and the cells with enough people, as the server counted them. No tile, no request. */
import { geoJSON, map as leafletMap, svg, type Layer, type Map as LeafletMap } from 'leaflet';
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
      // Names last, above the cells.
      geoJSON(data.regions, {
        interactive: false, style: { stroke: false, fill: false },
        onEachFeature: (region, layer) => {
          layer.bindTooltip(label(region.properties as RegionFacts), { permanent: true, direction: 'center', className: 'board-name', opacity: 1 });
        },
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

/** Leaflet takes a string as HTML; a name from outside must stay text. */
function label({ name, people }: RegionFacts): HTMLElement {
  const box = document.createElement('span');
  const strong = document.createElement('b');
  strong.textContent = name;
  box.append(strong, ` ${people}`);
  return box;
}
