// The city's map on this phone: asked for by a tap, fetched piece by piece, used only when it is whole and the one it says
// it is. It stands in nobody's way: no record, no sync waits for it.
import type { ByteSource } from '../map'
import { ask } from '../platform/network'
import { onWifi, piece } from '../platform/pieces'
import {
  comingMap, dropComing, dropMaps, finish, hasRoom, mapBlob, mapChoice, missingPieces, PIECE, putPiece, setMapChoice, sizeOf,
  type MapChoice, type MapFile,
} from '../store/basemap'
import { readMeta } from '../store/meta'
import { currentHandle } from '../store/open'
import { session } from '../store/state'
import { SaveFailed } from '../store/types'

export { mapChoice, onWifi, setMapChoice, type MapChoice, type MapFile }

export interface MapHere {
  kept: MapFile | null
  /** What was begun and cut: how much of it is here. */
  begun: { file: MapFile; bytes: number } | null
}
export type MapOffered = { kind: 'file'; file: MapFile } | { kind: 'none' } | { kind: 'no_answer' }
export type MapFetched = 'done' | 'no_answer' | 'no_room' | 'broken' | 'replaced' | 'refused' | 'stopped'

const city = (): number => session.value?.municipality.id ?? 0
const vaultToken = async (): Promise<string | null> => {
  const handle = currentHandle()
  return handle && readMeta(handle, 'vault_token')
}

export async function mapHere(): Promise<MapHere> {
  const found = await mapBlob(city())
  const coming = comingMap(city())
  if (!coming) return { kept: found?.file ?? null, begun: null }
  const missing = await missingPieces(city(), coming)
  const bytes = coming.size_bytes - missing.reduce((sum, n) => sum + sizeOf(coming, n), 0)
  return { kept: found?.file ?? null, begun: bytes > 0 ? { file: coming, bytes } : null }
}

/** The city's map of now, as the server has it. */
export async function mapOffered(): Promise<MapOffered> {
  const answer = await ask({ method: 'GET', path: '/api/v1/territory/basemap', vault: await vaultToken(), hardMs: 20_000 })
  if (answer.kind !== 'answer') return { kind: 'no_answer' }
  if (answer.problem?.code === 'territory.no_basemap') return { kind: 'none' }
  return answer.status === 200 ? { kind: 'file', file: answer.body as MapFile } : { kind: 'no_answer' }
}

/** Goes on where it was cut. */
export async function fetchMap(file: MapFile, onBytes: (bytes: number) => void, stop: AbortSignal): Promise<MapFetched> {
  if (!(await hasRoom(file.size_bytes))) return 'no_room'
  if (comingMap(city()) && comingMap(city())?.sha256 !== file.sha256) await dropComing(city())
  const vault = await vaultToken()
  const missing = await missingPieces(city(), file)
  let bytes = file.size_bytes - missing.reduce((sum, n) => sum + sizeOf(file, n), 0)
  try {
    for (const n of missing) {
      onBytes(bytes)
      if (stop.aborted) return 'stopped'
      const found = await piece(file.address, n * PIECE, sizeOf(file, n), vault)
      if (found.kind === 'gone') return 'replaced'
      if (found.kind !== 'piece') return found.kind === 'refused' ? 'refused' : 'no_answer'
      if (found.whole !== file.size_bytes) return 'replaced'
      await putPiece(city(), file, n, found.bytes)
      bytes += found.bytes.byteLength
    }
    onBytes(bytes)
    return (await finish(city(), file)) ? 'done' : 'broken'
  } catch (error) {
    if (error instanceof SaveFailed) return 'no_room'
    throw error
  }
}

export const dropMap = (): Promise<void> => dropMaps(city())

/** For a map that is opened: this phone's own copy, read by pieces without a network. */
export async function basemapHere(): Promise<ByteSource | null> {
  const found = await mapBlob(city())
  return found && {
    key: found.file.sha256,
    bytes: (offset, length) => found.blob.slice(offset, offset + length).arrayBuffer(),
  }
}
