// The part of both workers that shows a push: whatever comes, something neutral is shown, and only our own pages open.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

type Handler = (event: Record<string, unknown>) => void
const handlers: Record<string, Handler> = {}
const showNotification = vi.fn((_title: string, _options: { data: { url: string }; tag: string; body: string }) => Promise.resolve())
const openWindow = vi.fn((_url: string) => Promise.resolve(null))
let pages: { url: string; focus: () => Promise<void> }[] = []

beforeEach(async () => {
  vi.resetModules()
  vi.clearAllMocks()
  pages = []
  vi.stubGlobal('self', {
    addEventListener: (name: string, handler: Handler) => { handlers[name] = handler },
    registration: { showNotification },
    clients: { matchAll: () => Promise.resolve(pages), openWindow },
  })
  const { tellPushes } = await import('../../src/worker/told')
  tellPushes('/mesa/')
})
afterEach(() => { vi.unstubAllGlobals() })

async function pushed(data: unknown) {
  let done: Promise<unknown> = Promise.resolve()
  handlers['push']?.({ data: data === undefined ? null : { json: () => (typeof data === 'string' ? JSON.parse(data) : data) }, waitUntil: (work: Promise<unknown>) => { done = work } })
  await done
  const [title, options] = showNotification.mock.calls[0]!
  return { title, options }
}

async function tapped(url: unknown) {
  let done: Promise<unknown> = Promise.resolve()
  const close = vi.fn()
  handlers['notificationclick']?.({ notification: { close, data: url === undefined ? null : { url } }, waitUntil: (work: Promise<unknown>) => { done = work } })
  await done
  expect(close).toHaveBeenCalledOnce()
}

test('shows the words it was given, in place of an earlier one of the kind', async () => {
  const { title, options } = await pushed({ title: 'Novo encaminhamento', body: 'Abra o Vínculo para ver.', tag: 'referral_new', url: '/painel/', lang: 'pt-BR' })
  expect(title).toBe('Novo encaminhamento')
  expect(options).toMatchObject({ body: 'Abra o Vínculo para ver.', tag: 'referral_new', renotify: true, data: { url: '/painel/' } })
})

test.each([undefined, 'not json', null, 7, [], {}, { title: 9, url: {} }])('shows something for %j', async (data) => {
  const { title, options } = await pushed(data)
  expect(title).toBe('Vínculo')
  expect(options.data.url).toBe('/mesa/')
})

test.each(['https://example.org/', '//example.org/', '/\\example.org', 'javascript:alert(1)', 'mesa'])('opens no %s', async (url) => {
  expect((await pushed({ title: 'x', url })).options.data.url).toBe('/mesa/')
})

test('a tap goes to the page that is open already', async () => {
  const focus = vi.fn(() => Promise.resolve())
  pages = [{ url: 'https://here.test/conta/', focus: vi.fn() }, { url: 'https://here.test/mesa/?de=2', focus }]
  await tapped('/mesa/')
  expect(focus).toHaveBeenCalledOnce()
  expect(openWindow).not.toHaveBeenCalled()
})

test('a tap opens a page of its own where none shows it', async () => {
  pages = [{ url: 'https://here.test/painel/', focus: vi.fn() }]
  await tapped('/mesa/')
  expect(openWindow).toHaveBeenCalledWith('/mesa/')
  await tapped(undefined)
  expect(openWindow).toHaveBeenLastCalledWith('/mesa/')
  await tapped('/') // every page begins so; only the first one is it
  expect(openWindow).toHaveBeenLastCalledWith('/')
})
