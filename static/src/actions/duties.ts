// What a worker owes before the first shift: the confidentiality term, and a password of her own. Neither stands in the way
// of somebody without signal.
import { ask, type Answer } from '../platform/network'
import { changeWorker, workerRow } from '../store/device'
import { readMeta } from '../store/meta'
import { requireHandle } from '../store/open'
import type { WorkerRow } from '../store/rows'
import { owes } from '../store/state'

export interface Term { version: number; title: string; text: string }

async function asked(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  const handle = requireHandle()
  const row = await workerRow(handle.key)
  return ask({
    method, path: `/api/v1/account/${path}`, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    csrf: row?.csrf ?? null, vault: await readMeta(handle, 'vault_token'), hardMs: 20_000,
  })
}

async function settle(change: Partial<WorkerRow['owes']>): Promise<void> {
  const row = await changeWorker(requireHandle().key, (each) => ({ ...each, owes: { ...each.owes, ...change } }))
  if (row) owes.value = row.owes
}

/** Null without an answer of the server. */
export async function readTerm(): Promise<Term | null> {
  const answer = await asked('GET', 'term')
  return answer.kind === 'answer' && answer.status === 200 ? (answer.body as Term) : null
}

export async function acceptTerm(version: number): Promise<boolean> {
  const answer = await asked('POST', 'term', { version })
  if (answer.kind !== 'answer' || answer.status !== 204) return false
  await settle({ term: false })
  return true
}

/** Null when it was changed, else the sentence that says why not ('' without an answer). */
export async function changePassword(password: string, newPassword: string): Promise<string | null> {
  const answer = await asked('POST', 'password', { password, new_password: newPassword })
  if (answer.kind !== 'answer' || answer.status >= 500) return ''
  if (answer.status !== 204) return answer.problem?.title ?? ''
  await settle({ password: false })
  return null
}
