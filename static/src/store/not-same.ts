// Pairs of records that somebody said are two meetings: not proposed again to this worker. Ids only, and boxed as all
// else: a list of them says when somebody met somebody.
import { signal } from '@preact/signals'
import { metaIn, readMeta, setMeta } from './meta'
import { currentHandle, write, type Handle } from './open'

const MOST = 100
const known = signal<{ handle: Handle | null; pairs: string[] }>({ handle: null, pairs: [] })

/** Empty until it has been read; the signal tells when it has. */
export function notSame(): string[] {
  const { handle, pairs } = known.value
  const current = currentHandle()
  if (handle === current) return handle?.codec.opened ? pairs : []
  if (current) void readMeta(current, 'not_same').then((found) => {
    if (currentHandle() === current) known.value = { handle: current, pairs: found ?? [] }
  }, () => undefined)
  return []
}

export async function rememberNotSame(pair: string): Promise<void> {
  const handle = currentHandle()
  if (!handle) return
  known.value = { handle, pairs: [...notSame(), pair] } // at once: what fails to be kept is asked once more next time
  await write(handle, ['meta'], async (tx) => {
    const pairs = [...(await metaIn(tx, 'not_same')) ?? [], pair].slice(-MOST)
    await setMeta(tx, 'not_same', pairs)
    known.value = { handle, pairs }
  }).catch(() => undefined)
}

// An older version kept it open, for all workers of the phone.
try {
  localStorage.removeItem('vinculo.not-same')
} catch {
  // Forbidden: then there is none either.
}
