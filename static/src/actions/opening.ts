// From a sign-in to an open phone, and from a shut one back: the code, the municipality's way back, the server's order to forget.
import type { Session } from '../store/types'
import { ask } from '../platform/network'
import { announce } from '../store/changes'
import { ageOut } from '../store/ageing'
import { countOthers, deviceId, putWorker, setLastWorker, setSignedOut, workerRow, workerRows } from '../store/device'
import { enter, proofs } from '../store/enter'
import { showLock, shut, unlockByCode, unlockByKey, type Unlocked } from '../store/locking'
import { forgetAll } from '../store/mail'
import { currentHandle, openLocked, workerKey, type Handle } from '../store/open'
import type { WorkerRow } from '../store/rows'
import { codeWanted, lock, session } from '../store/state'
import type { SealKey } from '../store/vault'
import { followLanguage, tellLanguage } from './language'

const AGE_OUT_AFTER_MS = 3000

export interface SessionAnswer {
  worker: Session['worker']
  roles: string[]
  csrf_token: string
  municipality: Session['municipality']
  device_id: string | null
  server_time: string
  delivery_token?: string | null
  vault_token?: string | null
  seal_key?: SealKey | null
  must_change_password?: boolean
  term_pending?: boolean
  recovery?: { issued_by: string | null; issued_at: string }
}

export type Adopted = 'open' | 'code' | 'locked' | 'no_answer'

/** `forgotten`: the login whose code was forgotten. */
export async function adopt(found: SessionAnswer, forgotten: string | null): Promise<Adopted> {
  const isForgotten = forgotten !== null && forgotten.toLowerCase() === found.worker.login.toLowerCase()
  const before = await workerRow(workerKey(found.municipality.id, found.worker.id))
  const row = await putWorker({
    worker: found.worker, roles: found.roles, municipality: found.municipality,
    deviceId: found.device_id ?? (await deviceId()), signedOut: false,
  }, found.csrf_token, {
    ...(found.delivery_token ? { delivery: found.delivery_token } : {}),
    ...(found.seal_key !== undefined ? { seal_key: found.seal_key } : {}),
    owes: { password: found.must_change_password === true, term: found.term_pending === true },
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
  if (dataKey instanceof Uint8Array && (await unlockByKey(row.key, dataKey).then(() => true, () => false))) {
    await settled(row)
    return isForgotten ? wantCode(row, 'forgotten') : 'open'
  }
  // Only a plain no gives the old key up. A line that broke, or a server that is short of its own key, does not.
  if (isForgotten && dataKey === 'no_answer') {
    await showLock(row.key)
    return 'no_answer'
  }
  if (isForgotten) {
    const left = await openLocked(row.key)
    if (left) await forgetAll(left)
    left?.raw.close()
    return wantCode({ ...row, vault: null }, 'first')
  }
  await showLock(row.key)
  return 'locked'
}

export function wantCode(row: WorkerRow, why: 'first' | 'forgotten'): 'code' {
  codeWanted.value = { key: row.key, name: row.session.worker.name, why }
  return 'code'
}

async function fromCity(row: WorkerRow, envelope: string | null): Promise<Uint8Array | 'no' | 'no_answer'> {
  if (!envelope) return 'no'
  const answer = await ask({
    method: 'POST', path: '/api/v1/account/vault/open', body: JSON.stringify({ envelope }), csrf: row.csrf, vault: proofs.get(row.key) ?? null, hardMs: 20_000,
  })
  if (answer.kind === 'no_answer') return 'no_answer'
  if (answer.status === 403 || answer.status === 422) return 'no'
  const key = answer.status === 200 ? (answer.body as { key?: unknown } | null)?.key : null
  if (typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key)) return 'no_answer'
  return Uint8Array.from(key.match(/../g)!, (byte) => parseInt(byte, 16))
}

/** After every opening: the way back leads to the present key and device. */
async function settled(row: WorkerRow): Promise<'open'> {
  await import('../store/making').then(({ renewWayBack }) => renewWayBack(row.key)).catch(() => undefined)
  await countOthers(row.key)
  announce('session', row.key)
  return 'open'
}

/** The code that was chosen: the vault is made (or gets a new lock), and the phone is open. */
export async function chooseCode(code: string): Promise<void> {
  const wanted = codeWanted.value
  if (!wanted) return
  const isProven = proofs.has(wanted.key)
  const { setCode } = await import('../store/making')
  const made = await setCode(wanted.key, code)
  codeWanted.value = null
  const row = await workerRow(wanted.key)
  if (!row) return
  // Made in another tab meanwhile, or shut before it could be changed: the code that holds opens it.
  if (!made) return showLock(wanted.key)
  await settled(row)
  // A phone of before has a session that its cookie alone opens: it ends, and the next sign-in makes a bound one.
  if (wanted.why === 'first' && !isProven) {
    await setSignedOut(row.key, true)
    await ask({ method: 'DELETE', path: '/api/v1/session', csrf: row.csrf, hardMs: 10_000 })
  }
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
  const isFresh = proofs.has(key) // after a sign-in whose device may be another one
  const result = await unlockByCode(key, code)
  const row = result.ok && isFresh ? await workerRow(key) : null
  if (row) await settled(row)
  if (result.ok) await afterUnlock(key)
  return result
}

export async function afterUnlock(key: string): Promise<void> {
  await countOthers(key)
  announce('session', key)
  const handle = currentHandle()
  if (handle) setTimeout(() => void ageOut(handle, Date.now()).catch(() => undefined), AGE_OUT_AFTER_MS)
  void tellLanguage()
}

/** Whoever has a vault here may open it with the code, also without a network. */
export async function vaultsHere(): Promise<{ key: string; name: string }[]> {
  return (await workerRows()).filter((row) => row.vault !== null).map(({ key, session: { worker } }) => ({ key, name: worker.name }))
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
  const isShown = currentHandle() === handle
  await forgetAll(handle)
  if (isShown) shut(handle)
  await countOthers(null)
  announce('session', null)
}
