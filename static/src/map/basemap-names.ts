/** Where the names of streets and neighbourhoods stand on the screen. Arithmetic only: points in, places out. */

export type Dot = readonly [x: number, y: number]
export interface Named { name: string; kind: 'street' | 'neighbourhood' | 'region'; line: readonly Dot[] }
export interface Placed { name: string; kind: Named['kind']; x: number; y: number; turn: number; wide: number; high: number }
export interface Frame { width: number; height: number }

/** A street that bends more than this is followed no further. */
const STRAIGHT = (24 * Math.PI) / 180
/** Of a name's own length, what the street may be short of. */
const OVERHANG = 1.1
/** The same name again only so far away. */
const AGAIN = 260
const MARGIN = 4
const INWARDS = 80
const MOST = 60

/** Names that have room, the important first; none over another, nor over what is `taken` (boxes: x, y, wide, high of the middle). */
export function placed(all: readonly Named[], frame: Frame, measure: (each: Named) => Frame, taken: ReadonlyArray<Omit<Placed, 'name' | 'kind' | 'turn'>> = []): Placed[] {
  const order = { region: 0, neighbourhood: 1, street: 2 }
  const wishes = all.flatMap((each) => wishOf(each, frame, measure(each)))
    .sort((a, b) => order[a.kind] - order[b.kind] || b.room - a.room || (a.name < b.name ? -1 : 1))
  const discs: Dot3[] = taken.flatMap((box) => discsOf({ ...box, turn: 0 }))
  const found: Placed[] = []
  for (const { room: _room, ...wish } of wishes) {
    if (found.length >= MOST) break
    if (found.some((one) => one.name === wish.name && Math.hypot(one.x - wish.x, one.y - wish.y) < AGAIN)) continue
    const own = discsOf(wish)
    if (own.some((a) => discs.some((b) => Math.hypot(a[0] - b[0], a[1] - b[1]) < a[2] + b[2]))) continue
    discs.push(...own)
    found.push(wish)
  }
  return found
}

type Dot3 = readonly [number, number, number]

/** A turned box as a row of discs: cheap to compare, and it knows no corners. */
function discsOf({ x, y, turn, wide, high }: Pick<Placed, 'x' | 'y' | 'turn' | 'wide' | 'high'>): Dot3[] {
  const radius = high / 2 + MARGIN
  const count = Math.max(1, Math.ceil(wide / high))
  const step = wide / count
  return Array.from({ length: count }, (_, i) => {
    const along = -wide / 2 + step * (i + 0.5)
    return [x + along * Math.cos(turn), y + along * Math.sin(turn), radius] as const
  })
}

type Wish = Placed & { room: number }

function wishOf({ name, kind, line }: Named, frame: Frame, size: Frame): Wish[] {
  const box = { wide: size.width, high: size.height }
  if (kind !== 'street') {
    const [x, y] = line[0]!
    // At the edge it moves inwards, so that it can be read.
    const within = Math.min(Math.max(x, size.width / 2), frame.width - size.width / 2)
    return inside([x, y], frame) && Math.abs(within - x) < INWARDS ? [{ name, kind, x: within, y, turn: 0, ...box, room: 0 }] : []
  }
  const run = longestRun(line, frame)
  if (run === null || run.length * OVERHANG < size.width) return []
  // The middle first; where something stands there already, nearer to one end.
  const aside = Math.max(0, (run.length - size.width) / 2)
  return [0, -0.9, 0.9].map((share) => ({
    name, kind, x: run.x + share * aside * Math.cos(run.turn), y: run.y + share * aside * Math.sin(run.turn), turn: run.turn, ...box,
    room: share === 0 ? run.length : run.length / 4,
  }))
}

const inside = ([x, y]: Dot, { width, height }: Frame): boolean => x >= 0 && y >= 0 && x <= width && y <= height

interface Run { x: number; y: number; turn: number; length: number }

/** The longest nearly straight part of a line that is seen: its middle, its direction (readable from below) and its length. */
export function longestRun(line: readonly Dot[], frame: Frame): Run | null {
  let best: Run | null = null
  for (const part of seenParts(line, frame)) {
    for (let start = 0; start + 1 < part.length;) {
      let end = start + 1
      const heading = direction(part[start]!, part[end]!)
      while (end + 1 < part.length && bend(heading, direction(part[end]!, part[end + 1]!)) < STRAIGHT) end += 1
      const [from, to] = [part[start]!, part[end]!]
      const length = Math.hypot(to[0] - from[0], to[1] - from[1])
      if (length > (best?.length ?? 0)) best = { ...middle(part.slice(start, end + 1)), turn: upright(direction(from, to)), length }
      start = end
    }
  }
  return best
}

const direction = (a: Dot, b: Dot): number => Math.atan2(b[1] - a[1], b[0] - a[0])
const bend = (a: number, b: number): number => Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)))
const upright = (turn: number): number => (turn > Math.PI / 2 ? turn - Math.PI : turn <= -Math.PI / 2 ? turn + Math.PI : turn)

/** Halfway along the line itself, so that the name lies on a street that curves a little. */
function middle(line: readonly Dot[]): { x: number; y: number } {
  const steps = line.slice(1).map((to, i) => Math.hypot(to[0] - line[i]![0], to[1] - line[i]![1]))
  let left = steps.reduce((sum, step) => sum + step, 0) / 2
  for (let i = 0; i < steps.length; i++) {
    const [from, to, step] = [line[i]!, line[i + 1]!, steps[i]!]
    if (left <= step) {
      const share = step === 0 ? 0 : left / step
      return { x: from[0] + (to[0] - from[0]) * share, y: from[1] + (to[1] - from[1]) * share }
    }
    left -= step
  }
  const last = line[line.length - 1]!
  return { x: last[0], y: last[1] }
}

/** The pieces of a line within the frame. */
function seenParts(line: readonly Dot[], frame: Frame): Dot[][] {
  const parts: Dot[][] = []
  let open: Dot[] = []
  for (let i = 0; i + 1 < line.length; i++) {
    const cut = clipped(line[i]!, line[i + 1]!, frame)
    if (cut === null) {
      if (open.length) parts.push(open)
      open = []
      continue
    }
    if (open.length && cut.entered) {
      parts.push(open)
      open = []
    }
    if (!open.length) open.push(cut.from)
    open.push(cut.to)
  }
  if (open.length) parts.push(open)
  return parts
}

/** Liang–Barsky: the part of a step that lies in the frame, and whether it came in from outside. */
function clipped(from: Dot, to: Dot, { width, height }: Frame): { from: Dot; to: Dot; entered: boolean } | null {
  let [least, most] = [0, 1]
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  for (const [p, q] of [[-dx, from[0]], [dx, width - from[0]], [-dy, from[1]], [dy, height - from[1]]] as const) {
    if (p === 0) {
      if (q < 0) return null
    } else if (p < 0) least = Math.max(least, q / p)
    else most = Math.min(most, q / p)
  }
  if (least > most) return null
  const at = (share: number): Dot => [from[0] + dx * share, from[1] + dy * share]
  return { from: at(least), to: at(most), entered: least > 0 }
}
