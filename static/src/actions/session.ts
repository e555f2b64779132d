// Signing in and out. Signing out never drops unsent work, and a session that ended never stops registering.
import { ask, type Answer } from '../platform/network'
import { onChange } from '../store/changes'
import { countOthers, deviceId, deviceIdOf, endPending, lastWorkerKey, markers, setEndPending, setLastWorker, workerRow } from '../store/device'
import { leave } from '../store/enter'
import { loadLocal, loadPulled } from '../store/load'
import { showLock } from '../store/locking'
import { currentHandle, openLocked, workerKey } from '../store/open'
import { unsentRows } from '../store/sending'
import { codeWanted, lock, ready, session, storageState, withoutEntering } from '../store/state'
import { lockUnlessForm } from './locking'
import { refreshStorage } from './device'
import { adopt, wantCode, type SessionAnswer } from './opening'

export type SignInResult =
  // locked: the phone still asks for the code. recovery: who gave the code that opened this, and when.
  | { ok: true; then: 'open' | 'code' | 'locked'; recovery: { issued_by: string | null; issued_at: string } | null }
  | { ok: false; reason: 'wrong' | 'slow_down' | 'no_answer' | 'given_up' | 'error'; title: string | null; retry_after_s: number | null }

const PATH = '/api/v1/session'

function sessionOf(answer: Answer): SessionAnswer | null {
  if (answer.kind !== 'answer' || answer.status !== 200) return null
  const body = answer.body as Partial<SessionAnswer> | null
  return body?.worker?.id && body.municipality && typeof body.csrf_token === 'string' ? (body as SessionAnswer) : null
}

// Once, when the page opens. Needs no network: the last worker's own database is opened as it lies.
export async function boot(): Promise<void> {
  onChange((change, fromOtherTab) => {
    if (fromOtherTab) void follow(change.kind, change.key)
  })
  try {
    const key = await lastWorkerKey()
    const row = key ? await workerRow(key) : null
    if (row?.vault) {
      await showLock(row.key)
    } else if (row && (await heldHere(row.key))) {
      // Of a version that knew no vault: what lies here in clear is boxed as soon as there is a code.
      wantCode(row, 'first')
    } else {
      const left = Object.values(markers())
      // The small database of the device went too: the marker is all that tells.
      const vanished = key === null && left.length > 0 && !(await anyWorker(Object.keys(markers())))
      if (vanished) {
        storageState.value = { ...storageState.value, vanished: true, vanishedUnsent: left.reduce((sum, count) => sum + count, 0) }
      }
      void endLeftSession()
    }
    await countOthers(row?.key ?? null)
  } finally {
    ready.value = true
    void refreshStorage()
  }
}

async function heldHere(key: string): Promise<boolean> {
  const handle = await openLocked(key)
  if (!handle) return false
  const rows = await handle.db.getAll('commands') as object[]
  handle.raw.close()
  return rows.some((row) => 'name' in row)
}

async function anyWorker(keys: string[]): Promise<boolean> {
  for (const key of keys) if (await workerRow(key)) return true
  return false
}

// After a sign-out without network the server's session is ended now.
async function endLeftSession(): Promise<void> {
  const csrf = await endPending()
  if (csrf === null) return
  const ended = await ask({ method: 'DELETE', path: PATH, csrf, hardMs: 15_000 })
  if (ended.kind === 'answer' && ended.status < 500) await setEndPending(null)
}

// Another tab wrote, or someone else signed in there: one browser holds one cookie, so every tab follows.
async function follow(kind: string, key: string | null): Promise<void> {
  const handle = currentHandle()
  if (withoutEntering.value) return // what is being written there belongs to nobody's session
  if (kind === 'shut') {
    if (handle && key === handle.key) lockUnlessForm()
  } else if (kind === 'session') {
    if (key !== null && key === handle?.key) {
      const row = await workerRow(key)
      if (row && session.value) session.value = row.session
    } else if (handle !== null || (key === null && lock.value)) {
      // A form of the worker before must not be saved as this one's: it waits as a draft in its own database.
      location.reload()
    } else if (key !== null && !codeWanted.value) await showLock(key)
  } else if (handle && key === handle.key) {
    if (kind === 'local') await loadLocal(handle)
    else if (kind === 'pulled') await loadPulled(handle)
  }
}

// With the key of its slips, which it may lack (an address without HTTPS, a file that did not come): then it goes with a push.
async function named(id: string, label: string): Promise<object> {
  const key = await import('../store/slip-key').then(({ slipKey }) => slipKey(id)).catch(() => null)
  return { id, label, vault: true, ...(key && { slip_key: key.public }) }
}

export async function signIn(login: string, password: string, deviceLabel: string, forgotten: string | null = null): Promise<SignInResult> {
  const id = (await deviceIdOf(login)) ?? (await deviceId())
  const body = JSON.stringify({ login, password, device: await named(id, deviceLabel) })
  return signedIn(await ask({ method: 'POST', path: PATH, body, hardMs: 20_000 }), forgotten)
}

/** With a single-use code that the coordination gave by voice, and a new password. */
export async function signInByCode(login: string, code: string, newPassword: string, deviceLabel: string): Promise<SignInResult> {
  const id = (await deviceIdOf(login)) ?? (await deviceId())
  const body = JSON.stringify({ login, code, new_password: newPassword, device: await named(id, deviceLabel) })
  return signedIn(await ask({ method: 'POST', path: `${PATH}/recover`, body, hardMs: 20_000 }))
}

/** With a passkey of this site that the phone knows: nothing is typed. */
export async function signInByPasskey(deviceLabel: string): Promise<SignInResult> {
  const asked = await ask({ method: 'POST', path: `${PATH}/passkey/options`, body: '{}', hardMs: 15_000 })
  if (asked.kind !== 'answer' || asked.status !== 200) return signedIn(asked)
  const { ceremony, options } = asked.body as { ceremony: string; options: unknown }
  const credential = await import('../platform/passkey').then((file) => file.signWithPasskey(options)).catch(() => null)
  if (credential === null) return { ok: false, reason: 'given_up', title: null, retry_after_s: null }
  const body = JSON.stringify({ ceremony, credential, device: await named(await deviceId(), deviceLabel) })
  return signedIn(await ask({ method: 'POST', path: `${PATH}/passkey`, body, hardMs: 20_000 }))
}

async function signedIn(answer: Answer, forgotten: string | null = null): Promise<SignInResult> {
  if (answer.kind === 'no_answer') return { ok: false, reason: 'no_answer', title: null, retry_after_s: null }
  const found = sessionOf(answer)
  if (found) {
    await setEndPending(null)
    const then = await adopt(found, forgotten)
    if (then === 'no_answer') return { ok: false, reason: 'no_answer', title: null, retry_after_s: null }
    return { ok: true, then, recovery: found.recovery ?? null }
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
