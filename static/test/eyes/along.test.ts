// Fresh eyes: begun from somebody's page; two meetings of one region; what stays when the phone forgets.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { rememberNotSame } from '../../src/store/not-same'
import { forgetAll } from '../../src/store/mail'
import type { Handle } from '../../src/store/open'
import { newId } from '../../src/contract/ids'
import { closePhone, giveMe, openPhone, sealPair } from '../make/phone'

let handle: Handle
beforeEach(async () => {
  const kept = new Map<string, string>()
  ;(globalThis as { localStorage?: unknown }).localStorage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) }
  handle = await openPhone()
  await giveMe(handle, await sealPair())
})
afterEach(closePhone)
it('a phone that was told to forget keeps no list of when encounters were', async () => {
  rememberNotSame(`${newId()} ${newId()}`)
  await forgetAll(handle)
  expect(localStorage.getItem('vinculo.not-same')).toBeNull()
})
