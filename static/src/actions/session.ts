// Signing in and out. Signing out never drops unsent work, and a session that ended never stops registering.
import type { Session } from '../store/types'
import { ask, type Answer } from '../platform/network'
import { announce, onChange } from '../store/changes'
import { ageOut } from '../store/ageing'
import { countOthers, deviceId, deviceIdOf, endPending, lastWorkerKey, markers, putWorker, setEndPending, setLastWorker, workerRow } from '../store/device'
import { enter, leave, proofs } from '../store/enter'
import { loadLocal, loadPulled } from '../store/load'
import { renewWayBack, setCode, showLock, shut, unlockByCode, unlockByKey, type Unlocked } from '../store/locking'
import { forgetAll } from '../store/mail'
import { currentHandle, openLocked, workerKey, type Handle } from '../store/open'
import type { WorkerRow } from '../store/rows'
import { unsentRows } from '../store/sending'
import { codeWanted, lock, ready, session, storageState } from '../store/state'
import type { SealKey } from '../store/vault'
import { refreshStorage } from './device'
import { followLanguage, tellLanguage } from './language'

export type SignInResult =
  | { ok: true; then: 'open' | 'code' | 'locked' } // locked: the phone still asks for the code
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
  delivery_token?: string | null
  vault_token?: string | null
  seal_key?: SealKey | null
}

function sessionOf(answer: Answer): SessionAnswer | null {
  if (answer.kind !== 'answer' || answer.status !== 200) return null
  const body = answer.body as Partial<SessionAnswer> | null
  return body?.worker?.id && body.municipality && typeof body.csrf_token === 'string' ? (body as SessionAnswer) : null
}

async function adopt(found: SessionAnswer, forgotten: boolean): Promise<'open' | 'code' | 'locked'> {
  const before = await workerRow(workerKey(found.municipality.id, found.worker.id))
  const row = await putWorker({
    worker: found.worker, roles: found.roles, municipality: found.municipality,
    deviceId: found.device_id ?? (await deviceId()), signedOut: false,
  }, found.csrf_token, {
    ...(found.delivery_token ? { delivery: found.delivery_token } : {}),
    ...(found.seal_key !== undefined ? { seal_key: found.seal_key } : {}),
  })
  if (found.vault_token) proofs.set(row.key, found.vault_token)
  announce('session', row.key)
  void followLanguage(found.worker.locale)
  const open = currentHandle()
  if (open?.key === row.key && open.codec.opened) {
    await enter(row, open.codec.opened.key)
    return settled(row)
  }
  if (open) shut(open)
  await setLastWorker(row.key)
  if (!row.vault) return wantCode(row, 'first')
  // Who signs in with the password need not type the code: the municipality gives the data key back to its own worker.
  const dataKey = await fromCity(row, before?.vault?.city ?? null)
  if (dataKey) {
    await unlockByKey(row.key, dataKey)
    await settled(row)
    return forgotten ? wantCode(row, 'forgotten') : 'open'
  }
  if (forgotten) {
    const left = await openLocked(row.key)
    if (left) await forgetAll(left)
    left?.raw.close()
    return wantCode({ ...row, vault: null }, 'first')
  }
  await showLock(row.key)
  return 'locked'
}

function wantCode(row: WorkerRow, why: 'first' | 'forgotten'): 'code' {
  codeWanted.value = { key: row.key, name: row.session.worker.name, why }
  return 'code'
}

async function fromCity(row: WorkerRow, envelope: string | null): Promise<Uint8Array | null> {
  if (!envelope) return null
  const answer = await ask({
    method: 'POST', path: '/api/v1/account/vault/open', body: JSON.stringify({ envelope }), csrf: row.csrf, vault: proofs.get(row.key) ?? null, hardMs: 20_000,
  })
  const key = answer.kind === 'answer' && answer.status === 200 ? (answer.body as { key?: unknown } | null)?.key : null
  if (typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key)) return null
  return Uint8Array.from(key.match(/../g)!, (byte) => parseInt(byte, 16))
}

/** After every opening: the way back leads to the present key and device. */
async function settled(row: WorkerRow): Promise<'open'> {
  await renewWayBack(row.key)
  await countOthers(row.key)
  announce('session', row.key)
  return 'open'
}

/** The code that was chosen: the vault is made (or gets a new lock), and the phone is open. */
export async function chooseCode(code: string): Promise<void> {
  const wanted = codeWanted.value
  if (!wanted) return
  await setCode(wanted.key, code)
  const row = await workerRow(wanted.key)
  if (row) await settled(row)
  codeWanted.value = null
}

/** One's own wish, with the phone open: the present code is asked first. */
export async function changeCode(code: string): Promise<Unlocked> {
  const handle = currentHandle()
  const shown = session.value
  if (!handle || !shown) return { ok: false, wait_s: 0 }
  const result = await unlockByCode(handle.key, code)
  if (result.ok) codeWanted.value = { key: handle.key, name: shown.worker.name, why: 'change' }
  return result
}

export function cancelCode(): void {
  codeWanted.value = null
}

export async function unlock(code: string): Promise<Unlocked> {
  const key = lock.value?.key
  if (!key) return { ok: false, wait_s: 0 }
  const result = await unlockByCode(key, code)
  if (result.ok) await afterUnlock(key)
  return result
}

export async function afterUnlock(key: string): Promise<void> {
  const row = await workerRow(key)
  if (!row) return
  await settled(row)
  const handle = currentHandle()
  if (handle) setTimeout(() => void ageOut(handle, Date.now()).catch(() => undefined), AGE_OUT_AFTER_MS)
  void tellLanguage()
}

/** Another of the workers of this phone. */
export async function turnTo(key: string): Promise<void> {
  await setLastWorker(key)
  await showLock(key)
}

/** To the sign-in: for somebody who has no vault here, or who forgot the code. */
export function leaveLock(): void {
  lock.value = null
}

/** The server's order: this device is lost, or its worker left. */
export async function forgetHere(handle: Handle): Promise<void> {
  await forgetAll(handle)
  if (currentHandle() === handle) {
    shut(handle)
    lock.value = null
  }
  await setLastWorker(null)
  await countOthers(null)
  announce('session', null)
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
  handle?.raw.close()
  return handle !== null
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
  if (kind === 'session') {
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

export async function signIn(login: string, password: string, deviceLabel: string, forgotten = false): Promise<SignInResult> {
  const id = (await deviceIdOf(login)) ?? (await deviceId())
  const body = JSON.stringify({ login, password, device: { id, label: deviceLabel, vault: true } })
  return signedIn(await ask({ method: 'POST', path: PATH, body, hardMs: 20_000 }), forgotten)
}

async function signedIn(answer: Answer, forgotten: boolean): Promise<SignInResult> {
  if (answer.kind === 'no_answer') return { ok: false, reason: 'no_answer', title: null, retry_after_s: null }
  const found = sessionOf(answer)
  if (found) {
    await setEndPending(null)
    return { ok: true, then: await adopt(found, forgotten) }
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
