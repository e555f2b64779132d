// Is the app open in another tab of this phone? The first tab holds a lock; the next ones wait in line behind it.
import { signal } from '@preact/signals'

export const otherTab = signal(false)

export function watchTabs(): void {
  if (!('locks' in navigator)) return
  const forever = () => new Promise<never>(() => undefined)
  void navigator.locks.request('vinculo.tab', { ifAvailable: true }, (lock) => {
    if (lock) return forever()
    otherTab.value = true
    void navigator.locks.request('vinculo.tab', () => {
      otherTab.value = false
      return forever()
    })
    return undefined
  })
}
