// The phone itself: storage that lasts, a clock that is right.
import { estimate, persist } from '../platform/storage'
import { setMeta } from '../store/meta'
import { currentHandle } from '../store/open'
import { change } from '../store/outbox'
import { clockSkew, storageState } from '../store/state'

export async function refreshStorage(): Promise<void> {
  storageState.value = { ...storageState.value, ...(await estimate()) }
}

export async function requestPersist(): Promise<boolean | null> {
  const answer = await persist()
  await refreshStorage()
  if (answer !== null) storageState.value = { ...storageState.value, persisted: answer }
  return answer
}

export async function dismissClockSkew(): Promise<void> {
  clockSkew.value = null
  await change((tx) => setMeta(tx, 'clock_seen', true), ['meta'])
}

export async function dismissVanished(): Promise<void> {
  storageState.value = { ...storageState.value, vanished: false, vanishedUnsent: 0 }
  if (currentHandle()) await change((tx) => setMeta(tx, 'vanished_unsent', null), ['meta'])
}
