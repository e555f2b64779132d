// The city's map comes in pieces, over a line that breaks: what came stays, and only what is whole and true is used.
import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { basemapHere, dropMap, fetchMap, mapHere, type MapFile } from '../../src/actions/basemap'
import { session } from '../../src/store/state'
import { failingDisk } from '../make/disk'

const PIECE = 256 * 1024
const CONTENT = new Uint8Array(PIECE * 3 + 1000).map((_, i) => (i * 31) % 251)
const FILE: MapFile = {
  sha256: createHash('sha256').update(CONTENT).digest('hex'), size_bytes: CONTENT.length, made_at: '2026-11-20T12:00:00Z', address: '/api/v1/territory/basemap/x',
}

const asked: string[] = []
let server: (start: number, stop: number) => Response
const good = (start: number, stop: number): Response =>
  new Response(CONTENT.slice(start, stop), { status: 206, headers: { 'Content-Range': `bytes ${start}-${stop - 1}/${CONTENT.length}` } })

beforeEach(() => {
  vi.restoreAllMocks()
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key),
  })
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ usage: 0, quota: 1e9 }) } })
  vi.stubGlobal('fetch', async (_path: string, { headers }: { headers: { Range: string } }) => {
    asked.push(headers.Range)
    const [, start, end] = /bytes=(\d+)-(\d+)/.exec(headers.Range)!
    return server(Number(start), Number(end) + 1)
  })
  session.value = { worker: { id: 'w', name: 'W', login: 'w', locale: 'pt_BR' }, roles: [], municipality: { id: 1, name: 'X', is_demo: false }, deviceId: 'd', signedOut: false }
  asked.length = 0
  server = good
})

const fetchIt = (file = FILE) => fetchMap(file, () => undefined, new AbortController().signal)

describe('the map of the city', () => {
  test('cut in the middle, only the rest is asked for; then it is whole and can be read by pieces', async () => {
    server = (start, stop) => {
      if (start >= PIECE * 2) throw new TypeError('network')
      return good(start, stop)
    }
    expect(await fetchIt()).toBe('no_answer')
    expect(await basemapHere()).toBeNull()
    expect(await mapHere()).toEqual({ kept: null, begun: { file: FILE, bytes: PIECE * 2 } })
    asked.length = 0
    server = good
    expect(await fetchIt()).toBe('done')
    expect(asked).toEqual([`bytes=${PIECE * 2}-${PIECE * 3 - 1}`, `bytes=${PIECE * 3}-${CONTENT.length - 1}`])
    expect(await mapHere()).toEqual({ kept: FILE, begun: null })
    const source = (await basemapHere())!
    expect(new Uint8Array(await source.bytes(PIECE - 2, 4))).toEqual(CONTENT.slice(PIECE - 2, PIECE + 2))
    await dropMap()
    expect(await mapHere()).toEqual({ kept: null, begun: null })
  })

  test('a file that is not the one it says it is is thrown away, and the map of before stays', async () => {
    expect(await fetchIt()).toBe('done')
    const other = { ...FILE, sha256: '0'.repeat(64) }
    expect(await fetchIt(other)).toBe('broken')
    expect(await mapHere()).toEqual({ kept: FILE, begun: null })
    await dropMap()
  })

  test.each([
    ['replaced', () => new Response('{}', { status: 404 })],
    ['refused', () => new Response('{}', { status: 423 })],
    ['no_answer', () => new Response('<html>', { status: 200 })], // a captive portal
  ] as const)('%s is told as such, and nothing is kept of it', async (told, answer) => {
    server = answer
    expect(await fetchIt()).toBe(told)
    expect(await mapHere()).toEqual({ kept: null, begun: null })
  })

  test('a full phone is told so: before the first piece, and when the disk says no', async () => {
    vi.stubGlobal('navigator', { storage: { estimate: async () => ({ usage: 900_000_000, quota: 920_000_000 }) } })
    expect(await fetchIt()).toBe('no_room')
    expect(asked).toEqual([])
    vi.stubGlobal('navigator', { storage: { estimate: async () => ({}) } })
    failingDisk('QuotaExceededError', ['put'])
    expect(await fetchIt()).toBe('no_room')
    vi.restoreAllMocks()
    expect((await mapHere()).kept).toBeNull()
  })
})
