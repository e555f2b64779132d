// Signing in and out. Signing out never drops unsent work, and a session that ended never stops registering.
import type { Session } from '../store/types'
import { ask, type Answer } from '../platform/network'
import { announce, onChange } from '../store/changes'
import { ageOut } from '../store/ageing'
import { countOthers, deviceId, deviceIdOf, endPending, lastWorkerKey, markers, putWorker, setEndPending, setLastWorker, workerRow } from '../store/device'
import { enter, leave } from '../store/enter'
import { loadLocal, loadPulled } from '../store/load'
import { currentHandle, workerKey } from '../store/open'
import { unsentRows } from '../store/sending'
import { ready, session, storageState } from '../store/state'
import { refreshStorage } from './device'
import { followLanguage, tellLanguage } from './language'

export type SignInResult =
  | { ok: true }
  | { ok: false; reason: 'wrong' | 'slow_down' | 'no_answer' | 'error'; title: string | null; retry_after_s: number | null }

const PATH = '/api/v1/session'
const AGE_OUT_AFTER_MS = 3000

interface SessionAnswer {
  worker: Session['worker']
  roles: string[]
  csrf_token: string
  municipality: Session['municipality']
  device_id: string | null
  server_time: string
}

function sessionOf(answer: Answer): SessionAnswer | null {
  if (answer.kind !== 'answer' || answer.status !== 200) return null
  const body = answer.body as Partial<SessionAnswer> | null
  return body?.worker?.id && body.municipality && typeof body.csrf_token === 'string' ? (body as SessionAnswer) : null
}

async function adopt(found: SessionAnswer): Promise<void> {
  const row = await putWorker({
    worker: found.worker, roles: found.roles, municipality: found.municipality,
    deviceId: found.device_id ?? (await deviceId()), signedOut: false,
  }, found.csrf_token)
  await enter(row)
  await countOthers(row.key)
  announce('session', row.key)
  void followLanguage(found.worker.locale)
}

// Once, when the page opens. Needs no network: the last worker's own database is opened as it lies.
export async function boot(): Promise<void> {
  onChange((change, fromOtherTab) => {
    if (fromOtherTab) void follow(change.kind, change.key)
  })
  try {
    const key = await lastWorkerKey()
    const row = key ? await workerRow(key) : null
    if (row) {
      const handle = await enter(row)
      void tellLanguage()
      // Not before the first screen: forgetting may take a second on an old phone.
      setTimeout(() => void ageOut(handle, Date.now()).catch(() => undefined), AGE_OUT_AFTER_MS)
    } else {
      const left = Object.values(markers())
      // The small database of the device went too: the marker is all that tells.
      const vanished = key === null && left.length > 0 && !(await anyWorker(Object.keys(markers())))
      if (vanished) {
        storageState.value = { ...storageState.value, vanished: true, vanishedUnsent: left.reduce((sum, count) => sum + count, 0) }
      }
      void resume(vanished)
    }
    await countOthers(row?.key ?? null)
  } finally {
    ready.value = true
    void refreshStorage()
  }
}

async function anyWorker(keys: string[]): Promise<boolean> {
  for (const key of keys) if (await workerRow(key)) return true
  return false
}

// Nobody is signed in here. After a sign-out without network the server's session is ended now; where the storage
// vanished the cookie may still be there, and spares the password.
async function resume(vanished: boolean): Promise<void> {
  const csrf = await endPending()
  if (csrf !== null) {
    const ended = await ask({ method: 'DELETE', path: PATH, csrf, hardMs: 15_000 })
    if (ended.kind === 'answer' && ended.status < 500) await setEndPending(null)
    return
  }
  if (!vanished) return
  const found = sessionOf(await ask({ method: 'GET', path: PATH, hardMs: 15_000 }))
  if (found?.device_id && session.value === null) await adopt(found)
}

// Another tab wrote, or someone else signed in there: one browser holds one cookie, so every tab follows.
async function follow(kind: string, key: string | null): Promise<void> {
  const handle = currentHandle()
  if (kind === 'session') {
    if (key === handle?.key && session.value && !session.value.signedOut) return
    const row = key ? await workerRow(key) : null
    // A form of the worker before must not be saved as this one's: it waits as a draft in its own database.
    if (row && (handle === null || handle.key === key)) await enter(row)
    else location.reload()
  } else if (handle && key === handle.key) {
    if (kind === 'local') await loadLocal(handle)
    else if (kind === 'pulled') await loadPulled(handle)
  }
}

export async function signIn(login: string, password: string, deviceLabel: string): Promise<SignInResult> {
  const id = (await deviceIdOf(login)) ?? (await deviceId())
  const body = JSON.stringify({ login, password, device: { id, label: deviceLabel } })
  const answer = await ask({ method: 'POST', path: PATH, body, hardMs: 20_000 })
  if (answer.kind === 'no_answer') return { ok: false, reason: 'no_answer', title: null, retry_after_s: null }
  const found = sessionOf(answer)
  if (found) {
    await setEndPending(null)
    await adopt(found)
    return { ok: true }
  }
  const retry = (answer.body as { retry_after_s?: number } | null)?.retry_after_s ?? answer.retryAfterS
  const reason = answer.status === 401 ? 'wrong' : answer.status === 429 ? 'slow_down' : answer.status >= 500 ? 'no_answer' : 'error'
  return { ok: false, reason, title: answer.problem?.title ?? null, retry_after_s: retry ?? null }
}

// How much would wait on this phone until the same worker signs in again. Ask before signOut().
export async function unsentBeforeSignOut(): Promise<number> {
  const handle = currentHandle()
  return handle ? (await unsentRows(handle)).length : 0
}

export async function signOut(): Promise<void> {
  const handle = currentHandle()
  const shown = session.value
  if (!handle || !shown) {
    await setLastWorker(null)
    return
  }
  const row = await workerRow(workerKey(shown.municipality.id, shown.worker.id))
  await setEndPending(row?.csrf ?? '')
  await leave(handle)
  const ended = await ask({ method: 'DELETE', path: PATH, csrf: row?.csrf ?? null, hardMs: 10_000 })
  if (ended.kind === 'answer' && ended.status < 500) await setEndPending(null)
}
