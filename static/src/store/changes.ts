// Says that something in a database changed: to this tab's listeners and, by BroadcastChannel, to the other tabs.
export type ChangeKind = 'local' | 'pulled' | 'session' | 'wake' | 'shut'
interface Change { kind: ChangeKind; key: string | null }

type Listener = (change: Change, fromOtherTab: boolean) => void
const listeners = new Set<Listener>()
let channel: BroadcastChannel | null = null

function open(): void {
  if (channel || typeof BroadcastChannel === 'undefined') return
  channel = new BroadcastChannel('vinculo')
  channel.onmessage = (event: MessageEvent<Change>) => {
    for (const listener of listeners) listener(event.data, true)
  }
}

export function onChange(listener: Listener): () => void {
  open()
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function announce(kind: ChangeKind, key: string | null): void {
  open()
  for (const listener of listeners) listener({ kind, key }, false)
  channel?.postMessage({ kind, key } satisfies Change)
}

export function closeChannel(): void {
  channel?.close()
  channel = null
  listeners.clear()
}
