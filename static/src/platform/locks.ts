// One engine across tabs. Without Web Locks two tabs may both send; the command ids make that harmless.
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks
  if (!locks) return work()
  return locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : null)) as Promise<T | null>
}
