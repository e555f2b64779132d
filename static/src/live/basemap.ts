// The city's map at the desk: read from the server by pieces, each once.
import type { ByteSource } from '../map/basemap-tiles'
import { ask } from '../platform/network'
import { piece } from '../platform/pieces'

const BLOCK = 64 * 1024

/** Null where the city has none, or nobody answers: the map is drawn without streets. */
export async function deskBasemap(): Promise<ByteSource | null> {
  const answer = await ask({ method: 'GET', path: '/api/v1/territory/basemap', hardMs: 15_000 })
  if (answer.kind !== 'answer' || answer.status !== 200) return null
  const { sha256, size_bytes, address } = answer.body as { sha256: string; size_bytes: number; address: string }
  const blocks = new Map<number, Promise<Uint8Array>>()
  const block = (n: number): Promise<Uint8Array> => {
    const known = blocks.get(n)
    if (known) return known
    const coming = piece(address, n * BLOCK, Math.min(BLOCK, size_bytes - n * BLOCK)).then((found) => {
      if (found.kind === 'piece') return new Uint8Array(found.bytes)
      throw new Error(found.kind)
    })
    coming.catch(() => blocks.delete(n))
    blocks.set(n, coming)
    return coming
  }
  return {
    key: sha256,
    async bytes(offset, length) {
      const end = Math.min(offset + length, size_bytes)
      const out = new Uint8Array(Math.max(0, end - offset))
      for (let n = Math.floor(offset / BLOCK); n * BLOCK < end; n++) {
        const bytes = await block(n)
        const from = Math.max(offset, n * BLOCK)
        out.set(bytes.subarray(from - n * BLOCK, end - n * BLOCK), from - offset)
      }
      return out.buffer
    },
  }
}
