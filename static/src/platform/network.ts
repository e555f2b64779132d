// The only place that calls fetch. An answer is an answer only when it came whole, as JSON, from our server:
// a captive portal's page, a cut body and a time-out are all the same "no answer".
import type { ProblemView } from '../contract/commands'

export type Answer =
  | { kind: 'answer'; status: number; body: unknown; bytes: number; problem: ProblemView | null; retryAfterS: number | null }
  | { kind: 'no_answer'; reason: 'network' | 'timeout' | 'not_ours' }

export interface Ask {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: string // JSON text
  csrf?: string | null
  vault?: string | null // proves that the phone is open
  delivery?: string | null // speaks for one worker's outbox, whoever's cookie lies in the browser
  hardMs: number
  onSilent?: () => void // after 5 s without a sign of the server; the request goes on
}

export const SILENT_MS = 5000
const GZIP_FROM = 700

async function gzip(text: string): Promise<Blob | null> {
  if (text.length < GZIP_FROM || typeof CompressionStream === 'undefined') return null
  try {
    return await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).blob()
  } catch {
    return null
  }
}

export async function ask(wish: Ask): Promise<Answer> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  // Sentences come in the language of the screen, also before anybody signed in.
  if (typeof document !== 'undefined' && document.documentElement?.lang) headers['Accept-Language'] = document.documentElement.lang
  if (wish.csrf) headers['X-CSRF-Token'] = wish.csrf
  if (wish.vault) headers['X-Vinculo-Vault'] = wish.vault
  if (wish.delivery) headers['Authorization'] = `Bearer ${wish.delivery}`
  let body: Blob | string | undefined = wish.body
  if (wish.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    const packed = await gzip(wish.body)
    if (packed) {
      headers['Content-Encoding'] = 'gzip'
      body = packed
    }
  }
  const abort = new AbortController()
  const hard = setTimeout(() => abort.abort(), wish.hardMs)
  const silent = setTimeout(() => wish.onSilent?.(), Math.min(SILENT_MS, wish.hardMs))
  try {
    const response = await fetch(wish.path, {
      method: wish.method, headers, signal: abort.signal, credentials: wish.delivery ? 'omit' : 'same-origin', cache: 'no-store', redirect: 'error',
      ...(body === undefined ? {} : { body }),
    })
    clearTimeout(silent)
    const text = await response.text() // a cut body throws or fails to parse below
    return read(response, text)
  } catch {
    return { kind: 'no_answer', reason: abort.signal.aborted ? 'timeout' : 'network' }
  } finally {
    clearTimeout(hard)
    clearTimeout(silent)
  }
}

/** What is of nobody and the browser may keep as the server says: a drawing. null: it did not come. */
export async function askDrawing(path: string, hardMs: number): Promise<unknown> {
  const abort = new AbortController()
  const hard = setTimeout(() => abort.abort(), hardMs)
  try {
    const response = await fetch(path, { signal: abort.signal, credentials: 'same-origin', redirect: 'error' })
    return response.ok ? await response.json() : null
  } catch {
    return null
  } finally {
    clearTimeout(hard)
  }
}

function read(response: Response, text: string): Answer {
  const { status } = response
  const retry = Number(response.headers.get('Retry-After'))
  const head = { kind: 'answer' as const, status, bytes: text.length, retryAfterS: Number.isFinite(retry) && retry > 0 ? retry : null }
  if (status === 204) return { ...head, body: null, problem: null }
  const type = response.headers.get('Content-Type') ?? ''
  const json = /^application\/(problem\+)?json\b/.test(type)
  let body: unknown = null
  if (json) {
    try {
      body = JSON.parse(text)
    } catch {
      return { kind: 'no_answer', reason: 'not_ours' }
    }
  }
  // 5xx and 413 may come from a proxy in plain HTML; everything else that is not JSON is not our server.
  if (!json && status < 500 && status !== 413 && status !== 429) return { kind: 'no_answer', reason: 'not_ours' }
  return { ...head, body, problem: status >= 400 ? problemOf(body) : null }
}

function problemOf(body: unknown): ProblemView | null {
  const found = body as { code?: unknown; title?: unknown; detail?: unknown; fields?: unknown } | null
  if (typeof found?.code !== 'string') return null
  const title = typeof found.title === 'string' ? found.title : typeof found.detail === 'string' ? found.detail : ''
  const fields = typeof found.fields === 'object' && found.fields !== null ? (found.fields as Record<string, unknown>) : {}
  return { code: found.code, title, fields }
}
