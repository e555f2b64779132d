// The way a browser tells a full disk: every request succeeds, then the transaction aborts with the reason. Deleting goes on.
import { vi } from 'vitest'

export function failingDisk(reason: 'QuotaExceededError' | 'AbortError', ways: readonly ('add' | 'put')[] = ['add']): void {
  for (const way of ways) {
    const real = IDBObjectStore.prototype[way]
    vi.spyOn(IDBObjectStore.prototype, way).mockImplementation(function (this: IDBObjectStore, ...args) {
      const request = real.apply(this, args as [unknown])
      const tx = this.transaction as IDBTransaction & { _abort(name: string): void }
      request.addEventListener('success', () => queueMicrotask(() => tx._abort(reason)))
      return request
    })
  }
}
