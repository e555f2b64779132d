// From a sign-in to an open phone, and from a shut one back: the code, the municipality's way back, the server's order to forget.
import type { Session } from '../store/types'
import { ask } from '../platform/network'
import { announce } from '../store/changes'
import { ageOut } from '../store/ageing'
import { countOthers, deviceId, putWorker, setLastWorker, workerRow } from '../store/device'
import { enter, proofs } from '../store/enter'
import { renewWayBack, setCode, showLock, shut, unlockByCode, unlockByKey, type Unlocked } from '../store/locking'
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

export async function adopt(found: SessionAnswer, forgotten: boolean): Promise<'open' | 'code' | 'locked'> {
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

export function wantCode(row: WorkerRow, why: 'first' | 'forgotten'): 'code' {
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
