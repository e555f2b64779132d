/** The city's own map under a Leaflet map: streets on canvas, their names as text above them. No request but for the file's own pieces. */
import { GridLayer, point as leafletPoint, type Coords, type DoneCallback, type Map as LeafletMap } from 'leaflet'
import { drawTile, paletteOf, type Palette } from './basemap-draw'
import { placed, type Dot, type Named } from './basemap-names'
import { drawnFrom, FEWEST_ZOOM, MOST_ZOOM, openTiles, type ByteSource, type Tiles } from './basemap-tiles'

const SIDE = 256
const SHARPEST = 2
const NAMED_FROM = 11
const STREETS_NAMED_FROM = 13
/** From here on one is within a neighbourhood: its name would stand over its streets. */
const NEIGHBOURHOODS_UNTIL = 16
const REGIONS_UNTIL = 13

export interface Obstacle { lon: number; lat: number; name: string }

/** Lays the map under what the Leaflet map shows. The box says `data-streets` once the first names stand. */
export function addBasemap(map: LeafletMap, source: ByteSource, obstacles: readonly Obstacle[] = []): void {
  const tiles = openTiles(source)
  const box = map.getContainer()
  // Farther off than the file goes, outlines and names of regions show as on a map without streets.
  const near = () => box.classList.toggle('map-with-streets', map.getZoom() >= FEWEST_ZOOM)
  near()
  map.on('zoomend', near)
  const layer = new StreetLayer(tiles, box)
  layer.addTo(map)
  const names = new Names(map, tiles, obstacles)
  const again = () => void names.place()
  map.on('moveend', again)
  again()
  const repaint = () => { layer.repaint(); }
  const theme = new MutationObserver(repaint)
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', repaint)
  map.on('unload', () => {
    theme.disconnect()
    dark.removeEventListener('change', repaint)
  })
}

class StreetLayer extends GridLayer {
  private palette: Palette
  private readonly painted = new Map<HTMLElement, () => void>()

  constructor(private readonly tiles: Tiles, private readonly box: HTMLElement) {
    super({ tileSize: SIDE, minZoom: FEWEST_ZOOM, updateWhenIdle: false, keepBuffer: 1 })
    this.palette = paletteOf(box)
    this.on('tileunload', ({ tile }) => this.painted.delete(tile))
  }

  /** In other colours. Leaflet's own redraw() loses its tiles at a zoom between two whole ones. */
  repaint(): void {
    this.palette = paletteOf(this.box)
    for (const paint of this.painted.values()) paint()
  }

  protected override createTile(coords: Coords, done: DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas')
    const density = Math.min(SHARPEST, Math.max(1, window.devicePixelRatio))
    canvas.width = canvas.height = SIDE * density
    const { tile, ...part } = drawnFrom(coords)
    this.tiles.at(tile).then((drawing) => {
      const pen = canvas.getContext('2d')
      const paint = () => {
        if (!drawing || !pen) return
        pen.clearRect(0, 0, canvas.width, canvas.height)
        drawTile(pen, drawing, this.palette, { size: canvas.width, density, zoom: coords.z, ...part })
      }
      paint()
      this.painted.set(canvas, paint)
      done(undefined, canvas)
    }, (error: Error) => done(error, canvas))
    return canvas
  }
}

class Names {
  private readonly pane: HTMLElement
  private readonly ruler = document.createElement('canvas').getContext('2d')
  private readonly widths = new Map<string, number>()
  private turn = 0

  constructor(private readonly map: LeafletMap, private readonly tiles: Tiles, private readonly obstacles: readonly Obstacle[]) {
    this.pane = map.createPane('streetNames')
    this.pane.classList.add('leaflet-zoom-hide')
    // The map is a tool of the eye; who does not see it has the list of points and the written street.
    this.pane.setAttribute('aria-hidden', 'true')
  }

  async place(): Promise<void> {
    const mine = ++this.turn
    const features = await this.inView()
    if (mine !== this.turn) return // it was moved on meanwhile
    const { x: width, y: height } = this.map.getSize()
    const taken = this.obstacles.map(({ lon, lat, name }) => {
      const at = this.map.latLngToContainerPoint([lat, lon])
      const wide = this.width(name, 'street') + 28
      return { x: at.x + wide / 2 - 10, y: at.y, wide, high: 20 }
    }).concat(this.over())
    const spots = placed(features, { width, height }, ({ name, kind }) => ({ width: this.width(name, kind), height: 15 }), taken)
    this.pane.replaceChildren(...spots.map(({ name, kind, x, y, turn }) => {
      const word = document.createElement('span')
      word.className = `map-word of-${kind}`
      word.textContent = name
      const at = this.map.containerPointToLayerPoint(leafletPoint(x, y))
      word.style.transform = `translate(${at.x}px, ${at.y}px) translate(-50%, -50%) rotate(${turn}rad)`
      return word
    }))
    this.map.getContainer().dataset['streets'] = 'drawn'
  }

  /** What lies over the map: the pin, the buttons, the scale. */
  private over(): { x: number; y: number; wide: number; high: number }[] {
    const box = this.map.getContainer()
    const here = box.getBoundingClientRect()
    return [...box.parentElement!.querySelectorAll('.map-pin .icon, .map-zoom button, .leaflet-control-scale-line')].map((each) => {
      const { x, y, width, height } = each.getBoundingClientRect()
      return { x: x - here.x + width / 2, y: y - here.y + height / 2, wide: width, high: height }
    })
  }

  /** Every named thing of the tiles in view, in points of the screen. */
  private async inView(): Promise<Named[]> {
    const zoom = Math.round(this.map.getZoom())
    if (zoom < NAMED_FROM) return []
    const z = Math.min(MOST_ZOOM, zoom)
    const side = SIDE * this.map.getZoomScale(this.map.getZoom(), z)
    const origin = this.map.getPixelBounds().min!
    const { x: width, y: height } = this.map.getSize()
    const wanted = []
    for (let x = Math.floor(origin.x / side); x <= (origin.x + width) / side; x++) {
      for (let y = Math.floor(origin.y / side); y <= (origin.y + height) / side; y++) wanted.push({ z, x, y })
    }
    const kinds = (['region', 'neighbourhood', 'street'] as const).filter((kind) => shown(kind, zoom))
    const found = await Promise.all(wanted.map(async (tile) => {
      const drawing = await this.tiles.at(tile).catch(() => null)
      return kinds.flatMap((kind) => (drawing?.[kind] ?? []).flatMap(({ name, lines }) => (name === null ? [] : lines.map((line): Named => ({
        name, kind, line: Array.from({ length: line.length / 2 }, (_, i): Dot => [(tile.x + line[i * 2]!) * side - origin.x, (tile.y + line[i * 2 + 1]!) * side - origin.y]),
      })))))
    }))
    return found.flat()
  }

  private width(name: string, kind: Named['kind']): number {
    const key = `${kind}${name}`
    let found = this.widths.get(key)
    if (found === undefined) {
      if (this.ruler) this.ruler.font = `${kind === 'street' ? 600 : 700} 13px system-ui, sans-serif`
      found = (this.ruler?.measureText(name).width ?? name.length * 7) * (kind === 'street' ? 1 : 1.12) + 4
      this.widths.set(key, found)
    }
    return found
  }
}

const shown = (kind: Named['kind'], zoom: number): boolean =>
  kind === 'street' ? zoom >= STREETS_NAMED_FROM : kind === 'neighbourhood' ? zoom >= 12 && zoom <= NEIGHBOURHOODS_UNTIL : zoom <= REGIONS_UNTIL
