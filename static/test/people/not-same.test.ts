// Pairs that are two meetings: kept for one worker, boxed, and forgotten with the rest.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { newId } from '../../src/contract/ids'
import { forgetAll } from '../../src/store/mail'
import { notSame, rememberNotSame } from '../../src/store/not-same'
import type { Handle } from '../../src/store/open'
import { closePhone, giveMe, openPhone, sealPair } from '../make/phone'

let handle: Handle
const kept = new Map<string, string>()
beforeEach(async () => {
  kept.clear()
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) })
  handle = await openPhone()
  await giveMe(handle, await sealPair())
})
afterEach(closePhone)

it('is kept in a box, not in clear, and is another worker\'s to see never', async () => {
  const pair = `${newId()} ${newId()}`
  await rememberNotSame(pair)
  expect(notSame()).toEqual([pair])
  expect([...kept.values()].join()).not.toContain(pair)
  const raw = JSON.stringify(await handle.raw.getAll('meta' as never), (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value))
  expect(raw).toContain('not_same')
  expect(raw).not.toContain(pair.slice(0, 36))
  await openPhone()
  notSame()
  await vi.waitFor(() => expect(notSame()).toEqual([]))
})

it('a phone that was told to forget keeps no list of when encounters were', async () => {
  await rememberNotSame(`${newId()} ${newId()}`)
  await forgetAll(handle)
  expect(await handle.raw.get('meta' as never, 'not_same' as never)).toBeUndefined()
  expect(notSame()).toEqual([])
})
