/** How the board's map is laid out: classes of cells and where names stand. Arithmetic only. */
import { boundsOf, inOutline, type LonLat, type Outline } from './geometry';

export interface CellFacts { people_from: number; people_to: number | null; region: string | null; near: string | null }
export interface RegionFacts { id: string; name: string; encounters: number; people: number }
const STEPS = [1, 2, 4, 10];

/** 1 to 4: the class of a cell, for its colour and its pattern of border. */
export function levelOf(facts: CellFacts, least: number): number {
  return STEPS.filter((step) => facts.people_from >= least * step).length;
}

const GRID = 16;
/** A name is about three times as wide as high. */
const WIDE = 3;

/** Where a name hides least: of a grid of points inside the region, the one farthest from what is busy and from its edge. */
export function clearing(outline: Outline, busy: readonly LonLat[]): LonLat {
  const [west, south, east, north] = boundsOf([outline])!;
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180) / WIDE;
  const flat = ([lon, lat]: ReadonlyArray<number>): [number, number] => [lon! * shrink, lat!];
  const taken = busy.map(flat);
  const rings = (outline.type === 'Polygon' ? [outline.coordinates] : outline.coordinates).flat().map((ring) => ring.map(flat));
  let best: LonLat = [(west + east) / 2, (south + north) / 2];
  let widest = -1;
  for (let i = 1; i < GRID; i++) {
    for (let j = 1; j < GRID; j++) {
      const at: LonLat = [west + ((east - west) * i) / GRID, south + ((north - south) * j) / GRID];
      if (!inOutline(at, outline)) continue;
      const here = flat(at);
      let room = Infinity;
      for (const other of taken) room = Math.min(room, Math.hypot(here[0] - other[0], here[1] - other[1]));
      for (const ring of rings) for (let k = 1; k < ring.length; k++) room = Math.min(room, fromSide(here, ring[k - 1]!, ring[k]!));
      if (room > widest) [best, widest] = [at, room];
    }
  }
  return best;
}

function fromSide([x, y]: [number, number], [x1, y1]: [number, number], [x2, y2]: [number, number]): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
