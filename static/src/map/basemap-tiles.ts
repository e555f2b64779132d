/** Tiles of the city's map file: found by the format's own reader, unpacked into plain lines, each kept for a while. */
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { PMTiles } from 'pmtiles'

/** A file that is read by pieces: a blob of this phone, or the server's. */
export interface ByteSource { key: string; bytes: (offset: number, length: number) => Promise<ArrayBuffer> }

/** x0, y0, x1, y1 … from 0 to 1 across the tile, a little beyond its edges. */
export type Line = Float32Array
export interface Feature { name: string | null; lines: Line[] }
export type Drawing = Record<string, Feature[]>
export interface TileAt { z: number; x: number; y: number }

const KEPT = 96
export const FEWEST_ZOOM = 10
export const MOST_ZOOM = 16

export interface Tiles { at: (tile: TileAt) => Promise<Drawing | null> }

export function openTiles(source: ByteSource): Tiles {
  const file = new PMTiles({
    getKey: () => source.key,
    getBytes: async (offset: number, length: number) => ({ data: await source.bytes(offset, length) }),
  })
  const known = new Map<string, Promise<Drawing | null>>()
  const read = async ({ z, x, y }: TileAt): Promise<Drawing | null> => {
    const found = await file.getZxy(z, x, y)
    return found ? unpacked(found.data) : null
  }
  return {
    at(tile) {
      const { z, x, y } = tile
      if (z < FEWEST_ZOOM) return Promise.resolve(null)
      const key = `${z}/${x}/${y}`
      const drawing = known.get(key) ?? read(tile)
      // The one asked for last is let go of last.
      known.delete(key)
      known.set(key, drawing)
      drawing.catch(() => known.delete(key))
      if (known.size > KEPT) known.delete(known.keys().next().value!)
      return drawing
    },
  }
}

function unpacked(data: ArrayBuffer): Drawing {
  const drawing: Drawing = {}
  for (const [name, layer] of Object.entries(new VectorTile(new PbfReader(new Uint8Array(data))).layers)) {
    drawing[name] = Array.from({ length: layer.length }, (_, i) => {
      const feature = layer.feature(i)
      const said = feature.properties['name']
      return { name: typeof said === 'string' ? said : null, lines: feature.loadGeometry().map((line) => flat(line, layer.extent)) }
    })
  }
  return drawing
}

function flat(points: ReadonlyArray<{ x: number; y: number }>, extent: number): Line {
  const line = new Float32Array(points.length * 2)
  points.forEach((point, i) => {
    line[i * 2] = point.x / extent
    line[i * 2 + 1] = point.y / extent
  })
  return line
}

/** The tile that has what is drawn at this zoom, and where in it the wanted one lies. */
export function drawnFrom({ z, x, y }: TileAt): { tile: TileAt; scale: number; left: number; top: number } {
  const deeper = Math.max(0, z - MOST_ZOOM)
  const scale = 2 ** deeper
  const tile = { z: z - deeper, x: Math.floor(x / scale), y: Math.floor(y / scale) }
  return { tile, scale, left: x - tile.x * scale, top: y - tile.y * scale }
}
