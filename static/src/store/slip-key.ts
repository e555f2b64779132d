// The key with which this device signs slips. It lies in the small database of the device, outside every vault: it opens
// nothing and tells of nobody, it only says "made on this device". The private half is a handle that the browser uses and
// never gives out, and it goes where the device's id goes: a browser that lost the one lost the other, and has a new one of each.
import { newSigningPair, signBytes, type SigningPair } from '../platform/signatures'
import { changeWorker } from './device'
import { openDevice } from './open'

const rowOf = (deviceId: string): string => `slip_key:${deviceId}`

const held = async (deviceId: string): Promise<SigningPair | null> =>
  ((await (await openDevice()).get('kv', rowOf(deviceId)))?.value as SigningPair | undefined) ?? null

/** This device's key, made when there is none. Two tabs make one. */
export async function slipKey(deviceId: string): Promise<SigningPair> {
  const before = await held(deviceId)
  if (before) return before
  const made = await newSigningPair()
  const db = await openDevice()
  const tx = db.transaction('kv', 'readwrite', { durability: 'strict' })
  const other = (await tx.store.get(rowOf(deviceId)))?.value as SigningPair | undefined
  if (!other) await tx.store.put({ key: rowOf(deviceId), value: made })
  await tx.done
  return other ?? made
}

export const signSlip = async (deviceId: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  signBytes((await slipKey(deviceId)).private, bytes)

/** The server does not know this worker's device by its key: the next push tells it. */
export async function tellSlipKey(workerKey: string): Promise<void> {
  const row = await changeWorker(workerKey, (found) => found)
  if (!row) return
  const { public: point } = await slipKey(row.session.deviceId)
  await changeWorker(workerKey, (found) => (found.slip === point ? found : { ...found, slip: point }))
}
