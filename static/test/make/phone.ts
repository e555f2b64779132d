// A phone for tests: a worker's own database, signals filled, and a server that answers as told.
import { vi } from 'vitest'
import { newId } from '../../src/contract/ids'
import type { Me, PullPage } from '../../src/contract/pull'
import type { OpenCommand, PushEnvelope, Outcome } from '../../src/contract/commands'
import type { EncounterDraft } from '../../src/rules/encounter'
import { closeChannel } from '../../src/store/changes'
import { putWorker } from '../../src/store/device'
import { enter } from '../../src/store/enter'
import { closeWorker, type Handle } from '../../src/store/open'
import { applyPage } from '../../src/store/pulled'
import { allRows } from '../../src/store/sending'
import { forgetLearnt } from '../../src/sync/push'
import type { WorkerRow } from '../../src/store/rows'
import { newDataKey, toBase64Url } from '../../src/store/vault'

export const TEAM = '0193a000-0000-7000-8000-00000000000a'
export const UNIT = '0193a000-0000-7000-8000-00000000000b'

export async function workerSession(id = newId(), municipality = 2408102) {
  return putWorker({
    worker: { id, name: 'Ana', login: 'rua', locale: 'pt-BR' }, roles: ['outreach_worker'],
    municipality: { id: municipality, name: 'Natal (demonstração)', is_demo: true }, deviceId: '0193a000-0000-7000-8000-00000000000d', signedOut: false,
  }, 'csrf-1')
}

// The data key of each worker of the test, as if the phone had been opened with the code.
const keys = new Map<string, Uint8Array>()

export function keyOf(key: string): Uint8Array {
  if (!keys.has(key)) keys.set(key, newDataKey())
  return keys.get(key)!
}

export const enterAs = (row: WorkerRow): Promise<Handle> => enter(row, keyOf(row.key))

export async function openPhone(): Promise<Handle> {
  closeWorker()
  forgetLearnt()
  return enterAs(await workerSession())
}

export function closePhone(): void {
  closeWorker()
  closeChannel()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  vi.restoreAllMocks()
}

export async function sealPair(): Promise<{ kid: string; public: string; privateKey: CryptoKey }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return { kid: 'k1', public: toBase64Url(point), privateKey: pair.privateKey }
}

export const meBody = (workerId: string, key: { kid: string; public: string }, epoch = 1): Me => ({
  worker: { id: workerId, name: 'Ana', login: 'rua' }, roles: ['outreach_worker'],
  teams: [{ id: TEAM, name: 'Rua Leste', kind: 'street', reference_unit_id: UNIT, region_ids: [], members: [] }],
  municipality: { id: 2408102, name: 'Natal (demonstração)', timezone: 'America/Fortaleza', is_demo: true, sync_epoch: epoch },
  seal_key: { kid: key.kid, public: key.public }, settings: { caseload_days: 30, late_limit_hours: 48, free_figure_minutes: 240 },
})

export const page = (change: Partial<PullPage>): PullPage => ({
  changes: [], forget: [], keep: false, reset: false, cursor: 'c1', has_more: false, server_time: new Date().toISOString(), ...change,
})

export async function giveMe(handle: Handle, key: { kid: string; public: string }, epoch = 1): Promise<void> {
  const body = meBody(handle.key.replace(/^\d+-/, ''), key, epoch)
  await applyPage(handle, page({ changes: [{ type: 'me', id: body.worker.id, version: String(epoch), body }] }), Date.now())
}

export const encounter = (change: Partial<EncounterDraft> = {}): EncounterDraft => ({
  situation: 'street_situation', outcome: null, origin: null, people_count: 1, people: [],
  place: { source: 'none', lon: null, lat: null, accuracy_m: null, point_id: null, text: null, reason: 'unsafe', fixed_at: null },
  late_at: null, note: null, team_id: TEAM, reference_unit_id: UNIT, ...change,
})

export const states = async (handle: Handle): Promise<string[]> => (await allRows(handle)).map((row) => row.state)

export type Asked = OpenCommand & { sealed?: string }
export interface Request { method: string; path: string; headers: Headers; envelope: (Omit<PushEnvelope, 'commands'> & { commands: Asked[] }) | null }
export type Reply = Response | Error | ((request: Request) => Response | Promise<Response>)

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json', ...headers } })

export const done = (request: Request): Response => json({
  received_at: new Date().toISOString(),
  outcomes: request.envelope!.commands.map(({ id }): Outcome => ({ id, status: 'done', receipt: `R-${id.slice(-4)}`, problem: null })),
})

// Answers in turn; the last one goes on. Keeps what was asked, unpacked.
export function server(...replies: Reply[]): Request[] {
  const asked: Request[] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    let envelope: Request['envelope'] = null
    if (init.body !== undefined && init.body !== null) {
      const blob = new Blob([init.body as Blob])
      const stream = headers.get('Content-Encoding') === 'gzip' ? blob.stream().pipeThrough(new DecompressionStream('gzip')) : blob.stream()
      envelope = JSON.parse(await new Response(stream).text()) as NonNullable<Request['envelope']>
    }
    const request = { method: init.method ?? 'GET', path: String(path), headers, envelope }
    asked.push(request)
    const reply = replies.length > 1 ? replies.shift()! : replies[0]!
    if (reply instanceof Error) throw reply
    return typeof reply === 'function' ? reply(request) : reply.clone()
  })
  return asked
}
