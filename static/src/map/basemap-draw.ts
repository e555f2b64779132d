/** One tile of streets on a canvas. Names are not drawn here: they stand above, upright and never cut at an edge. */
import type { Drawing, Feature, Line } from './basemap-tiles'

export interface Palette { block: string; street: string; edge: string; border: string; region: string }

/** Of a street, in points of the screen. */
const WIDTHS: Record<number, number> = { 10: 1, 11: 1, 12: 1.2, 13: 1.6, 14: 2.4, 15: 4, 16: 6.5, 17: 10, 18: 15, 19: 22 }
const EDGED_FROM = 15

export const paletteOf = (element: Element): Palette => {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(`--map-${name}`).trim()
  return { block: of('block'), street: of('street'), edge: of('edge'), border: of('border'), region: of('region') }
}

/** size: of the canvas, in its own dots; left, top, scale: which part of the drawing it shows. */
export function drawTile(
  pen: CanvasRenderingContext2D, drawing: Drawing, palette: Palette,
  { size, density, zoom, left, top, scale }: { size: number; density: number; zoom: number; left: number; top: number; scale: number },
): void {
  const whole = size * scale
  const trace = (features: readonly Feature[] | undefined): boolean => {
    if (!features?.length) return false
    pen.beginPath()
    for (const { lines } of features) for (const line of lines) follow(pen, line, whole, left * size, top * size)
    return true
  }
  pen.lineJoin = pen.lineCap = 'round'
  if (trace(drawing['block'])) {
    pen.fillStyle = palette.block
    pen.fill('evenodd')
  }
  if (trace(drawing['street'])) {
    const width = (WIDTHS[Math.min(19, Math.max(10, zoom))] ?? 1) * density
    if (zoom >= EDGED_FROM) stroke(pen, palette.edge, width + 2 * density)
    stroke(pen, palette.street, width)
  }
  if (trace(drawing['neighbourhood_border'])) stroke(pen, palette.border, 1 * density)
  if (trace(drawing['region_border'])) stroke(pen, palette.region, 2 * density)
}

function follow(pen: CanvasRenderingContext2D, line: Line, whole: number, left: number, top: number): void {
  for (let i = 0; i < line.length; i += 2) {
    const [x, y] = [line[i]! * whole - left, line[i + 1]! * whole - top]
    if (i === 0) pen.moveTo(x, y)
    else pen.lineTo(x, y)
  }
}

function stroke(pen: CanvasRenderingContext2D, colour: string, width: number): void {
  pen.strokeStyle = colour
  pen.lineWidth = width
  pen.stroke()
}
