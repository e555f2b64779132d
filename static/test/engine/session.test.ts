import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encounter, json, server } from '../make/phone'

const DEVICE = '0193a000-0000-7000-8000-0000000000dd'
const ANA = { id: '0193a000-0000-7000-8000-000000000001', name: 'Ana', login: 'rua', locale: 'pt-BR' }
const BIA = { id: '0193a000-0000-7000-8000-000000000002', name: 'Bia', login: 'pim', locale: 'pt-BR' }
const entry = (worker: typeof ANA, device_id: string | null = DEVICE) => json({
  worker, roles: ['outreach_worker'], csrf_token: `csrf-${worker.login}`, municipality: { id: 2408102, name: 'Natal', is_demo: true }, device_id, server_time: '', vault_token: 'proof',
})
const out = () => json({ code: 'access.signed_out', title: 'Entre de novo' }, 401)

// A page that opens: every module anew over the same storage.
async function openPage() {
  vi.resetModules()
  const [actions, state, changes] = await Promise.all([import('../../src/actions'), import('../../src/store/state'), import('../../src/store/changes')])
  // Shut, or what it does some seconds later would meet the next test's storage.
  pages.push(() => { changes.closeChannel(); void actions.lockNow() })
  return { ...actions, state }
}
const pages: (() => void)[] = []

const CODE = '275391'
type Page = Awaited<ReturnType<typeof openPage>>

// Signs in, and opens the phone: with a new code the first time, with the same code afterwards.
async function signIn(page: Page, login: string): Promise<void> {
  expect(await page.signIn(login, 'x', 'Celular')).toMatchObject({ ok: true })
  if (page.state.codeWanted.value) await page.chooseCode(CODE)
  if (page.state.lock.value) expect(await page.unlock(CODE)).toEqual({ ok: true })
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) })
  vi.stubGlobal('location', { reload: vi.fn() })
  vi.stubGlobal('navigator', {})
})
afterEach(() => {
  for (const close of pages.splice(0)) close()
  vi.unstubAllGlobals()
})

describe('signing in', () => {
  it.each([
    [json({ code: 'accounts.wrong_credentials', title: 'Usuário ou senha não conferem.' }, 401), { reason: 'wrong', title: 'Usuário ou senha não conferem.' }],
    [json({ code: 'accounts.slow_down', title: 'Espere.', retry_after_s: 8 }, 429), { reason: 'slow_down', retry_after_s: 8 }],
    [json({ code: 'core.failed', title: 'x' }, 500), { reason: 'no_answer' }],
    [new TypeError('no network'), { reason: 'no_answer' }],
  ])('tells why it did not work', async (reply, expected) => {
    const page = await openPage()
    server(reply)
    expect(await page.signIn('rua', 'x', 'Celular')).toMatchObject({ ok: false, ...expected })
    expect(page.state.session.value).toBeNull()
  })

  it('once is enough: the app opens without network for the last worker, as it was left', async () => {
    let page = await openPage()
    server(entry(ANA))
    await signIn(page, 'rua')
    await page.recordEncounter(encounter())
    page = await openPage()
    const asked = server(new TypeError('no network'))
    await page.boot()
    expect(page.state.ready.value).toBe(true)
    expect(page.state.session.value).toBeNull()
    expect(page.state.lock.value).toMatchObject({ workers: [{ name: 'Ana', unsent: 1 }] })
    expect(await page.unlock(CODE)).toEqual({ ok: true })
    expect(page.state.session.value).toMatchObject({ worker: ANA, deviceId: DEVICE, signedOut: false })
    expect(page.state.badge.value.unsent).toBe(1)
    expect(asked).toHaveLength(0)
  })

  it('keeps for each worker the device that the server gave', async () => {
    const page = await openPage()
    server(entry(ANA))
    await signIn(page, 'rua')
    server(entry(BIA, '0193a000-0000-7000-8000-0000000000ee'))
    await signIn(page, 'pim')
    expect(page.state.session.value!.deviceId).toBe('0193a000-0000-7000-8000-0000000000ee')
    const sent: unknown[] = []
    vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
      sent.push((JSON.parse(init.body as string) as { device: { id: string } }).device.id)
      return entry(ANA)
    })
    await signIn(page, 'RUA ')
    expect(sent).toEqual([DEVICE])
  })
})

describe('signing out', () => {
  it('says how much would wait, keeps it, and the next worker sees a number only', async () => {
    const page = await openPage()
    server(entry(ANA))
    await signIn(page, 'rua')
    await page.recordEncounter(encounter())
    expect(await page.unsentBeforeSignOut()).toBe(1)
    const asked = server(new Response(null, { status: 204 }))
    await page.signOut()
    expect(asked).toMatchObject([{ method: 'DELETE', path: '/api/v1/session' }])
    expect(asked[0]!.headers.get('X-CSRF-Token')).toBe('csrf-rua')
    expect(page.state.session.value).toBeNull()
    server(entry(BIA, '0193a000-0000-7000-8000-0000000000ee'))
    await signIn(page, 'pim')
    expect(page.state.records.value).toEqual([])
    expect(page.state.othersUnsent.value).toBe(1)
    server(entry(ANA))
    await signIn(page, 'rua')
    expect(page.state.badge.value.unsent).toBe(1)
    expect(page.state.othersUnsent.value).toBe(0)
  })

  it('without network ends the session at the next occasion, and never signs back in by itself', async () => {
    let page = await openPage()
    server(entry(ANA))
    await signIn(page, 'rua')
    server(new TypeError('no network'))
    await page.signOut()
    page = await openPage()
    const asked = server((request) => (request.method === 'DELETE' ? new Response(null, { status: 204 }) : entry(ANA)))
    await page.boot()
    await vi.waitFor(() => expect(asked.map((each) => each.method)).toEqual(['DELETE']))
    expect(page.state.session.value).toBeNull()
    page = await openPage()
    const later = server(entry(ANA))
    await page.boot()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(later).toHaveLength(0)
    expect(page.state.session.value).toBeNull()
  })
})

describe('a phone whose whole storage was cleared', () => {
  it('is told how much was unsent when the marker is still there', async () => {
    let page = await openPage()
    server(entry(ANA))
    await signIn(page, 'rua')
    await page.recordEncounter(encounter())
    vi.stubGlobal('indexedDB', new IDBFactory())
    page = await openPage()
    server(out())
    await page.boot()
    expect(page.state.storageState.value).toMatchObject({ vanished: true, vanishedUnsent: 1 })
    page = await openPage()
    server(entry(ANA))
    await page.boot()
    // The cookie alone opens nothing: the proof of an open phone went with the storage.
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(page.state.session.value).toBeNull()
    expect(page.state.storageState.value).toMatchObject({ vanished: true, vanishedUnsent: 1 })
    await signIn(page, 'rua')
    await vi.waitFor(() => expect(page.state.storageState.value).toMatchObject({ vanished: true, vanishedUnsent: 1 }))
  })

  it('that is simply new is told nothing', async () => {
    const page = await openPage()
    const asked = server(out())
    await page.boot()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(page.state.storageState.value.vanished).toBe(false)
    expect(asked).toHaveLength(0)
  })
})
