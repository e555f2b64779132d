// Fingerprint or face: one passkey signs in at the server and opens this phone's vault, also without a network.
import { ask } from '../platform/network'
import { createPasskey, usePasskey } from '../platform/passkey'
import { workerRow } from '../store/device'
import { addPasskey, dropPasskey, unlockByPasskey } from '../store/making'
import { readMeta } from '../store/meta'
import { requireHandle } from '../store/open'
import type { LockedWorker } from '../store/types'
import { randomBytes } from '../store/vault'
import { afterUnlock } from './opening'

export async function unlockWithPasskey(worker: LockedWorker): Promise<boolean> {
  const used = await usePasskey(worker.passkeys)
  if (!used || !(await unlockByPasskey(worker.key, used.credential, used.secret))) return false
  await afterUnlock(worker.key)
  return true
}

export type PasskeyAdded = 'added' | 'no_secret' | 'wrong_password' | 'no_answer' | 'refused'

const PATH = '/api/v1/account/passkeys'

export async function addPasskeyHere(password: string, label: string): Promise<PasskeyAdded> {
  const handle = requireHandle()
  const row = await workerRow(handle.key)
  const way = { csrf: row?.csrf ?? null, vault: await readMeta(handle, 'vault_token'), hardMs: 20_000 }
  const asked = await ask({ method: 'POST', path: `${PATH}/options`, body: JSON.stringify({ password }), ...way })
  if (asked.kind === 'no_answer') return 'no_answer'
  if (asked.status !== 200) return asked.problem?.code === 'accounts.wrong_credentials' || asked.status === 422 ? 'wrong_password' : 'refused'
  const { ceremony, options } = asked.body as { ceremony: string; options: unknown }
  const salt = randomBytes(32)
  const made = await createPasskey(options, salt).catch(() => null)
  if (!made) return 'refused'
  const kept = await ask({ method: 'POST', path: PATH, body: JSON.stringify({ ceremony, label, credential: made.answer }), ...way })
  if (kept.kind === 'no_answer') return 'no_answer'
  if (kept.status !== 201) return 'refused'
  if (!made.secret) return 'no_secret' // signs in; this phone still opens by its code
  await addPasskey((kept.body as { id: string }).id, label, made.credential, salt, made.secret)
  return 'added'
}

export async function passkeysHere(): Promise<{ id: string; label: string }[]> {
  const row = await workerRow(requireHandle().key)
  return (row?.vault?.passkeys ?? []).map(({ id, label }) => ({ id, label }))
}

/** This phone no longer opens with it; at the server it is ended under "Meus acessos e aparelhos". */
export async function dropPasskeyHere(id: string): Promise<void> {
  await dropPasskey(requireHandle().key, id)
}
