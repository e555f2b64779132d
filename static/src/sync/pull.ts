// What changed for this worker since the cursor, page by page. Cut off anywhere, it resumes at the last whole page.
import type { PullPage } from '../contract/pull'
import { readMeta } from '../store/meta'
import type { Handle } from '../store/open'
import { applyPage, forgetCursor } from '../store/pulled'
import { noteClock } from '../store/sending'
import { checkSession, talk } from './talk'

const PAGE = 200

export type PullEnd =
  | { then: 'done'; changed: number }
  | { then: 'wait'; phase: 'no_answer' | 'error'; afterMs: number | null }
  | { then: 'signed_out' }
  | { then: 'send_only' }

function isPage(body: unknown): body is PullPage {
  const page = body as Partial<PullPage> | null
  return Array.isArray(page?.changes) && Array.isArray(page.forget) && typeof page.cursor === 'string'
    && typeof page.has_more === 'boolean' && typeof page.server_time === 'string'
}

export async function pull(handle: Handle, shown: { onSilent: () => void; onListing: (done: number, bytes: number) => void }): Promise<PullEnd> {
  let done = 0
  let bytes = 0
  let listing = false
  for (;;) {
    const cursor = await readMeta(handle, 'cursor')
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor ? { cursor } : {}) })
    const asked = Date.now()
    const verdict = await talk(handle, { method: 'GET', path: `/api/v1/sync/pull?${query}`, hardMs: 60_000, onSilent: shown.onSilent })
    if (verdict.then === 'signed_out') return verdict
    if (verdict.then === 'send_only') return verdict
    if (verdict.then === 'wait') return { then: 'wait', phase: verdict.phase, afterMs: verdict.afterMs }
    if (verdict.then === 'halve') {
      // The server cannot read this cursor any more: everything is listed anew, and nothing here goes before that.
      if (cursor === null) return { then: 'wait', phase: 'error', afterMs: null }
      await forgetCursor(handle)
      continue
    }
    const page = verdict.body
    if (!isPage(page)) return { then: 'wait', phase: 'no_answer', afterMs: null }
    if (page.reset) {
      // A listing replaces all that is here: only for the worker whose phone this is.
      const whose = await checkSession(handle)
      if (whose === 'no_answer') return { then: 'wait', phase: 'no_answer', afterMs: null }
      if (whose === 'not_ours') return { then: 'signed_out' }
      listing = true
    }
    const now = Date.now()
    await applyPage(handle, page, now)
    done += page.changes.length
    bytes += verdict.bytes
    if (listing || page.keep) shown.onListing(done, bytes)
    if (page.has_more) continue
    // Last, because a clock found to be days off asks for a new listing.
    if (now - asked < 20_000) await noteClock(handle, Date.parse(page.server_time), asked + (now - asked) / 2)
    return { then: 'done', changed: done + page.forget.length }
  }
}
