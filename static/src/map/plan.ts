// The city as the server draws it from its own layers: areas and streets in metres from its north-western corner, and
// the window through which a small screen looks at it. Pure: no page, no network.

export type Drawn = readonly [name: string, x: number, y: number, path: string]
export interface Whole {
  west: number; north: number; across: number; down: number
  width: number; height: number; unit: number; squares: number
  regions: Drawn[]; neighbourhoods: Drawn[]
}
export interface Square { unit: number; streets: Drawn[] }
export type Spot = readonly [x: number, y: number]

/** A shape by its corners; rings of an area, lines of a street. */
export interface Shape { name: string; at: Spot; path: string; unit: number; parts: Spot[][] }

/** `M x y l dx dy … z`, as PostGIS writes it, in metres. */
export function partsOf(path: string, unit: number): Spot[][] {
  const parts: Spot[][] = []
  let here: Spot = [0, 0]
  let isRelative = false
  let part: Spot[] = []
  let held: number | null = null
  for (const word of path.split(' ')) {
    if (word === 'M') { part = []; parts.push(part); isRelative = false }
    else if (word === 'l') isRelative = true
    else if (word === 'z') part.push(part[0]!)
    else if (held === null) held = Number(word)
    else {
      const next: Spot = isRelative ? [here[0] + held, here[1] + Number(word)] : [held, Number(word)]
      here = next
      part.push([next[0] * unit, next[1] * unit])
      held = null
    }
  }
  return parts
}

export const shapeOf = ([name, x, y, path]: Drawn, unit: number): Shape =>
  ({ name, at: [x * unit, y * unit], path, unit, parts: partsOf(path, unit) })

export const spotOf = (city: Whole, lon: number, lat: number): Spot =>
  [(lon - city.west) * city.across, (city.north - lat) * city.down]

/** Six decimals: a tenth of a metre says no more than a finger did. */
export const placeOf = (city: Whole, [x, y]: Spot): readonly [lon: number, lat: number] =>
  [Number((city.west + x / city.across).toFixed(6)), Number((city.north - y / city.down).toFixed(6))]

/** Even-odd over all rings, so that a hole is outside. */
export function holds(shape: Shape, [x, y]: Spot): boolean {
  let inside = false
  for (const ring of shape.parts) {
    for (let i = 1; i < ring.length; i++) {
      const [x1, y1] = ring[i - 1]!
      const [x2, y2] = ring[i]!
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
    }
  }
  return inside
}

function metresTo([x, y]: Spot, [x1, y1]: Spot, [x2, y2]: Spot): number {
  const along = (x2 - x1) ** 2 + (y2 - y1) ** 2
  const part = along === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / along))
  return Math.hypot(x - x1 - part * (x2 - x1), y - y1 - part * (y2 - y1))
}

/** The named street that passes closest, within so many metres. */
export function streetNear(streets: readonly Shape[], spot: Spot, within = 60): string | null {
  let best = within
  let name: string | null = null
  for (const street of streets) {
    if (!street.name) continue
    for (const line of street.parts) {
      for (let i = 1; i < line.length; i++) {
        const away = metresTo(spot, line[i - 1]!, line[i]!)
        if (away < best) { best = away; name = street.name }
      }
    }
  }
  return name
}

/** What is looked at: the middle in metres, and pixels a metre. */
export interface View { x: number; y: number; scale: number }
export interface Size { width: number; height: number }

export const onScreen = (view: View, size: Size, [x, y]: Spot): Spot =>
  [(x - view.x) * view.scale + size.width / 2, (y - view.y) * view.scale + size.height / 2]
export const fromScreen = (view: View, size: Size, [px, py]: Spot): Spot =>
  [(px - size.width / 2) / view.scale + view.x, (py - size.height / 2) / view.scale + view.y]

export const widest = (city: Whole, size: Size): number => 0.92 * Math.min(size.width / city.width, size.height / city.height)
export const CLOSEST = 1.5 // pixels a metre
/** From here on streets are worth their bytes. */
export const STREETS_FROM = 0.11

/** Nearer or farther, about a point of the screen that stays where it is. */
export function zoomed(view: View, size: Size, by: number, about: Spot, city: Whole): View {
  const scale = Math.max(widest(city, size), Math.min(CLOSEST, view.scale * by))
  const [x, y] = fromScreen(view, size, about)
  return within(city, { x: x - (about[0] - size.width / 2) / scale, y: y - (about[1] - size.height / 2) / scale, scale })
}

/** The middle stays over the city. */
export const within = (city: Whole, view: View): View =>
  ({ ...view, x: Math.max(0, Math.min(city.width, view.x)), y: Math.max(0, Math.min(city.height, view.y)) })

/** Squares of streets that the window shows, as the server counts them; none while it looks from too far. */
export function squaresIn(city: Whole, view: View, size: Size): string[] {
  if (view.scale < STREETS_FROM) return []
  const [west, north] = placeOf(city, fromScreen(view, size, [0, 0]))
  const [east, south] = placeOf(city, fromScreen(view, size, [size.width, size.height]))
  const at = (degrees: number, from: number) => Math.floor((degrees + from) * city.squares)
  const found: string[] = []
  for (let x = at(west, 180); x <= at(east, 180); x++) for (let y = at(south, 90); y <= at(north, 90); y++) found.push(`${x}/${y}`)
  return found
}

/** Names that fit without lying over one another, the first ones first. */
export function named(shapes: readonly Shape[], view: View, size: Size, letter = 8, most = Math.round((size.width * size.height) / 4000)): { name: string; at: Spot }[] {
  const kept: { name: string; at: Spot; half: number }[] = []
  for (const { name, at } of shapes) {
    if (kept.length >= most) break
    if (!name) continue
    const [x, y] = onScreen(view, size, at)
    const half = (name.length * letter) / 2
    if (x - half < 0 || x + half > size.width || y < 14 || y > size.height - 6) continue
    if (kept.some((other) => other.name === name || (Math.abs(other.at[1] - y) < 20 && Math.abs(other.at[0] - x) < half + other.half + 6))) continue
    kept.push({ name, at: [x, y], half })
  }
  return kept
}
