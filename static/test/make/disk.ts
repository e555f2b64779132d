// The way a browser tells a full disk: every request succeeds, then the transaction aborts with the reason.
import { vi } from 'vitest'

export function failingDisk(reason: 'QuotaExceededError' | 'AbortError'): void {
  const add = IDBObjectStore.prototype.add
  vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...args) {
    const request = add.apply(this, args as [unknown])
    const tx = this.transaction as IDBTransaction & { _abort(name: string): void }
    request.addEventListener('success', () => queueMicrotask(() => tx._abort(reason)))
    return request
  })
}
