// A piece of a large file of our server, by its place. Beside network.ts because only what is loaded late asks for it.
export type Piece =
  | { kind: 'piece'; bytes: ArrayBuffer; whole: number }
  | { kind: 'gone' } // another file took its place
  | { kind: 'refused'; status: number }
  | { kind: 'no_answer' }

const HARD_MS = 60_000

export async function piece(path: string, start: number, length: number, vault: string | null = null): Promise<Piece> {
  const abort = new AbortController()
  const hard = setTimeout(() => abort.abort(), HARD_MS)
  try {
    const response = await fetch(path, {
      headers: { Range: `bytes=${start}-${start + length - 1}`, ...(vault ? { 'X-Vinculo-Vault': vault } : {}) },
      signal: abort.signal, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
    })
    if (response.status === 404) return { kind: 'gone' }
    if (response.status >= 400 && response.status < 500) return { kind: 'refused', status: response.status }
    const [, from, to, whole] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '') ?? []
    // A captive portal's page is no piece.
    if (response.status !== 206 || Number(from) !== start) return { kind: 'no_answer' }
    const bytes = await response.arrayBuffer()
    if (bytes.byteLength !== Number(to) - start + 1) return { kind: 'no_answer' }
    return { kind: 'piece', bytes, whole: Number(whole) }
  } catch {
    return { kind: 'no_answer' }
  } finally {
    clearTimeout(hard)
  }
}

/** 'yes' and 'no' where the browser tells; many don't. */
export function onWifi(): 'yes' | 'no' | 'unknown' {
  const type = (navigator as { connection?: { type?: string } }).connection?.type
  if (type === undefined || type === 'unknown') return 'unknown'
  return type === 'wifi' || type === 'ethernet' ? 'yes' : 'no'
}
