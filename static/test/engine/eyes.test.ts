// What an outsider broke: each test says what must hold, and fails while it does not.
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failingDisk } from '../make/disk'
import { done, encounter, json, page as pageOf, sealPair, server, type Request } from '../make/phone'

const DEVICE = '0193a000-0000-7000-8000-0000000000dd'
const ANA = { id: '0193a000-0000-7000-8000-000000000001', name: 'Ana', login: 'rua', locale: 'pt-BR' }
const BIA = { id: '0193a000-0000-7000-8000-000000000002', name: 'Bia', login: 'pim', locale: 'pt-BR' }
const KEY_OF = (worker: typeof ANA): string => `2408102-${worker.id}`
const CODE = '275391'
const OTHER = '840263'

let seal: { kid: string; public: string }

const entry = (worker: typeof ANA, more: object = {}) => json({
  worker, roles: ['outreach_worker'], csrf_token: `csrf-${worker.login}`, municipality: { id: 2408102, name: 'Natal', is_demo: true },
  device_id: DEVICE, server_time: '', delivery_token: `delivery-${worker.login}`, vault_token: `vault-${worker.login}`, seal_key: seal, ...more,
})

async function openPage() {
  vi.resetModules()
  const [actions, state, changes, open, device, mail, locking, sending, push, pull, storeMail, engine, drafts, making] = await Promise.all([
    import('../../src/actions'), import('../../src/store/state'), import('../../src/store/changes'), import('../../src/store/open'),
    import('../../src/store/device'), import('../../src/sync/mail'), import('../../src/store/locking'), import('../../src/store/sending'),
    import('../../src/sync/push'), import('../../src/sync/pull'), import('../../src/store/mail'), import('../../src/sync/engine'), import('../../src/store/drafts'),
    import('../../src/store/making'),
  ])
  pages.push(changes.closeChannel)
  return { ...actions, state, open, device, mail: mail.mail, locking, sending, push, pull: pull.pull, storeMail, engine, drafts, making }
}
type Page = Awaited<ReturnType<typeof openPage>>
const pages: (() => void)[] = []

async function enter(page: Page, worker = ANA, more: object = {}): Promise<void> {
  server(entry(worker, more))
  expect(await page.signIn(worker.login, 'x', 'Celular')).toMatchObject({ ok: true })
  if (page.state.codeWanted.value) await page.chooseCode(CODE)
  if (page.state.lock.value) expect(await page.unlock(CODE)).toEqual({ ok: true })
}

beforeEach(async () => {
  seal = await sealPair()
  vi.stubGlobal('indexedDB', new IDBFactory())
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) })
  vi.stubGlobal('location', { reload: vi.fn() })
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('document', { visibilityState: 'visible' })
})
afterEach(() => {
  for (const close of pages.splice(0)) close()
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const stay = { onSilent: () => undefined, onListing: () => undefined }
const readable = (page: Page) => page.state.outbox.value.map((item) => item.record_id)

describe('a code chosen', () => {
  it('after the phone shut by itself beneath the question keeps what was there', async () => {
    const page = await openPage()
    await enter(page)
    const { encounter_id } = await page.recordEncounter(encounter())
    await page.drafts.saveDraft('home_visit', { note: 'meio escrito' })
    expect(await page.changeCode(CODE)).toEqual({ ok: true })
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 6 * 60_000) // untouched for six minutes: this question is no form
    ;(await import('../../src/actions/locking')).look()
    expect(page.open.currentHandle()).toBeNull()
    await vi.waitFor(() => expect(page.state.lock.value).not.toBeNull())
    await page.chooseCode(OTHER).catch(() => undefined)
    if (page.state.lock.value) await page.unlock(CODE)
    expect(readable(page)).toEqual([encounter_id])
    expect(await page.drafts.loadDraft('home_visit')).toEqual({ note: 'meio escrito' })
  })

  it('in a second tab that still asked for the first one does not throw the first vault away', async () => {
    const first = await openPage()
    server(entry(ANA))
    await first.signIn('rua', 'x', 'Celular')
    const second = await openPage()
    await second.signIn('rua', 'x', 'Celular')
    // As chooseCode does; its own import would be of the page that opened last.
    expect(await first.making.setCode(KEY_OF(ANA), CODE)).toBe(true)
    const { encounter_id } = await first.recordEncounter(encounter())
    expect(await second.making.setCode(KEY_OF(ANA), OTHER)).toBe(false)
    const third = await openPage()
    await third.boot()
    if (!(await third.unlock(CODE)).ok) await third.unlock(OTHER)
    expect(readable(third)).toEqual([encounter_id])
  })
})

describe('a forgotten code', () => {
  it('and a line that breaks after the password destroys nothing', async () => {
    let page = await openPage()
    await enter(page)
    await page.recordEncounter(encounter())
    await page.drafts.saveDraft('home_visit', { note: 'meio escrito' })
    page = await openPage()
    await page.boot()
    server((request: Request) => {
      if (request.path.endsWith('/vault/open')) throw new TypeError('no network')
      return entry(ANA)
    })
    expect(await page.signIn('rua', 'x', 'Celular', 'rua')).toMatchObject({ ok: false, reason: 'no_answer' })
    expect((await page.device.workerRow(KEY_OF(ANA)))?.vault).not.toBeNull()
  })

  it('of one worker is not the other\'s, whose password was typed in that form', async () => {
    // The screen hands `forgotten` on whoever's login is typed: what the action does with it is what counts.
    let page = await openPage()
    await enter(page, BIA)
    await page.drafts.saveDraft('encounter', { note: 'da Bia' })
    page = await openPage()
    server((request: Request) => (request.path.endsWith('/vault/open') ? json({ code: 'seal.key_lost', title: '' }, 503) : entry(BIA)))
    await page.signIn('pim', 'x', 'Celular', 'rua')
    expect((await page.device.workerRow(KEY_OF(BIA)))?.vault).not.toBeNull()
  })

  it('never takes what could not be sealed: without its key nothing opens it', async () => {
    const page = await openPage()
    await enter(page, ANA, { seal_key: null })
    await page.recordEncounter(encounter())
    await page.lockNow()
    const locked = (await page.open.openLocked(KEY_OF(ANA)))!
    await page.storeMail.forgetAll(locked)
    const left = (await locked.raw.getAll('commands')) as { sealed: string | null }[]
    const row = await page.device.workerRow(KEY_OF(ANA))
    expect(left).toHaveLength(1)
    // Either it can be sent, or it can still be opened.
    expect(left[0]!.sealed !== null || row?.vault !== null).toBe(true)
  })
})

describe('the mail of a shut phone', () => {
  async function withMailUnderWay(page: Page) {
    await enter(page)
    const { encounter_id } = await page.recordEncounter(encounter({ note: 'como era' }))
    await page.lockNow()
    let answer!: () => void
    const gone = new Promise<void>((resolve) => { answer = resolve })
    let began!: () => void
    const under = new Promise<void>((resolve) => { began = resolve })
    const asked = server(async (request: Request) => {
      if (!request.path.endsWith('/push')) return json({ code: 'access.signed_out', title: '' }, 401)
      began()
      await gone
      return done(request)
    })
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 120_000) // the undo is over
    const sending = page.mail()
    await under
    expect(await page.unlock(CODE)).toEqual({ ok: true })
    return { encounter_id, asked, finish: async () => { answer(); await sending } }
  }

  it('does not take a correction made meanwhile for delivered', async () => {
    const page = await openPage()
    const { encounter_id, finish } = await withMailUnderWay(page)
    await page.correctEncounter(encounter_id, encounter({ note: 'corrigido' }), null)
    await finish()
    const rows = await page.sending.allRows(page.open.currentHandle()!)
    // The server has "como era": the correction must still be on its way in one form or another.
    expect(rows.filter((row) => row.state !== 'delivered' && row.state !== 'withdrawn').length).toBeGreaterThan(0)
  })

  it('does not forget a withdrawal made meanwhile', async () => {
    const page = await openPage()
    const { encounter_id, finish } = await withMailUnderWay(page)
    await page.withdrawEncounter(encounter_id, 'by_mistake')
    await finish()
    const rows = await page.sending.allRows(page.open.currentHandle()!)
    expect(rows.map((row) => row.name)).toContain('encounters.withdraw')
  })

  it('goes although the page died before it had counted', async () => {
    let page = await openPage()
    await enter(page)
    // Killed between the strict transaction of the save and the courtesy of the count.
    const real = page.device.workerRow
    await page.recordEncounter(encounter())
    await page.device.rememberUnsent(KEY_OF(ANA), 0)
    expect(await real(KEY_OF(ANA))).toMatchObject({ unsent: 0 })
    page = await openPage()
    await page.boot()
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 120_000)
    const asked = server(done)
    await page.mail()
    expect(asked).toHaveLength(1)
  })

  it('is not stopped for ever by one batch that is too large for the line', async () => {
    const page = await openPage()
    await enter(page)
    for (let n = 0; n < 4; n += 1) await page.recordEncounter(encounter())
    await page.lockNow()
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 120_000)
    server((request: Request) => (request.envelope!.commands.length > 2 ? json({ code: 'core.too_large', title: '' }, 413) : done(request)))
    for (let n = 0; n < 4; n += 1) await page.mail()
    const locked = (await page.open.openLocked(KEY_OF(ANA)))!
    expect(await page.storeMail.mailOf(locked, Date.now())).toEqual([])
  })

  it('sends what was saved last, never an older seal', async () => {
    const page = await openPage()
    await enter(page)
    const { encounter_id } = await page.recordEncounter(encounter({ note: 'como era' }))
    const handle = page.open.currentHandle()!
    handle.codec.opened = { ...handle.codec.opened!, sealer: null } // the next sign-in told of no key
    const before = ((await handle.raw.getAll('commands')) as { sealed: string }[])[0]!.sealed
    await page.correctEncounter(encounter_id, encounter({ note: 'corrigido' }), null)
    const after = ((await handle.raw.getAll('commands')) as { sealed: string | null }[])[0]!.sealed
    expect(after).not.toBe(before)
  })
})

describe('a shared phone', () => {
  it('does not forget one worker because another one\'s phone was revoked', async () => {
    const page = await openPage()
    await enter(page)
    await page.drafts.saveDraft('encounter', { note: 'da Ana' })
    const handle = page.open.currentHandle()!
    // Bia's cookie lies in the browser; her device was revoked: door.py `_refusal` says send_only before locked.
    server((request: Request) => (request.path.endsWith('/push') ? done(request) : json({ code: 'access.send_only', title: '' }, 403)))
    const end = await page.pull(handle, stay)
    expect(end.then).not.toBe('send_only') // the engine wipes this worker's vault on that word
  })

  it('lets the other worker in without a signal after one signed out', async () => {
    let page = await openPage()
    await enter(page, BIA)
    await enter(page, ANA)
    server(new TypeError('no network'))
    await page.signOut()
    page = await openPage()
    await page.boot()
    expect((await page.vaultsHere()).map((each) => each.name)).toContain('Bia')
    await page.turnTo(KEY_OF(BIA))
    expect(await page.unlock(CODE)).toEqual({ ok: true })
  })
})

describe('the delay after wrong codes', () => {
  it('does not shut the rightful one out offline when the clock went back', async () => {
    const page = await openPage()
    await enter(page)
    await page.lockNow()
    await page.device.changeWorker(KEY_OF(ANA), (row) => ({ ...row, vault: { ...row.vault!, failures: 4, failed_at: Date.now() + 365 * 86_400_000 } }))
    await page.unlock(CODE)
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 3600_000)
    expect(await page.unlock(CODE)).toEqual({ ok: true })
  })
})

describe('shutting', () => {
  it('in the middle of a run does not say that the session ended', async () => {
    const page = await openPage()
    await enter(page)
    const handle = page.open.currentHandle()!
    await page.lockNow()
    server((request: Request) => (request.headers.get('X-Vinculo-Vault') ? json(pageOf({})) : json({ code: 'access.locked', title: '' }, 403)))
    await page.pull(handle, stay)
    expect((await page.device.workerRow(KEY_OF(ANA)))?.session.signedOut).toBe(false)
  })

  it('is over once the code opened, whatever the mail had still to say', async () => {
    const page = await openPage()
    await enter(page)
    await page.locking.showLock(KEY_OF(ANA)) // mail() ends with this, and the code was right in the same moment
    expect(page.state.lock.value).toBeNull()
  })
})

describe('a phone of before', () => {
  it('told to forget keeps what lies in clear and was never sent', async () => {
    const page = await openPage()
    await enter(page)
    await page.recordEncounter(encounter())
    const handle = page.open.currentHandle()!
    const [row] = await page.sending.allRows(handle)
    await handle.raw.put('commands', { ...row!, sealed: null }) // as version 1 wrote it, and a full disk left it
    await page.storeMail.forgetAll(handle)
    expect(await handle.raw.count('commands')).toBe(1)
  })
})

describe('a full disk', () => {
  it('does not keep the rightful one out of an open-and-shut phone', async () => {
    const page = await openPage()
    await enter(page)
    await page.recordEncounter(encounter())
    await page.lockNow()
    failingDisk('QuotaExceededError', ['put', 'add'])
    expect(await page.unlock(CODE).catch((error: Error) => error.name)).toEqual({ ok: true })
  })
})

describe('a phone that was lost', () => {
  it('asks for orders while it is shut, also when nothing waits to be sent', async () => {
    const page = await openPage()
    await enter(page)
    await page.lockNow()
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 86_400_000)
    const asked = server((request: Request) => json({ received_at: '', outcomes: [], forget: true, asked: request.path }))
    await page.mail()
    expect(asked.length).toBeGreaterThan(0)
  })

  it('and forgot while it was shut does not ask its finder to choose a code', async () => {
    let page = await openPage()
    await enter(page)
    await page.recordEncounter(encounter())
    await page.lockNow()
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + 120_000)
    server(async (request: Request) => json({ ...((await done(request).json()) as object), forget: true }))
    await page.mail()
    page = await openPage()
    await page.boot()
    expect(page.state.codeWanted.value).toBeNull()
  })
})

describe('forgetting by itself', () => {
  const person = { id: '0193a000-0000-7000-8000-0000000000aa', last_met_at: new Date().toISOString() }
  const listed = (more: object) => pageOf({ changes: [{ type: 'person', id: person.id, version: '1', body: person }] as never, ...more })

  it('also forgets a first listing that never came to its end', async () => {
    const page = await openPage()
    await enter(page)
    const { applyPage } = await import('../../src/store/pulled')
    const { ageOutOthers } = await import('../../src/store/ageing')
    await applyPage(page.open.currentHandle()!, listed({ reset: true, has_more: true }), Date.now())
    await page.lockNow()
    await ageOutOthers(Date.now() + 60 * 86_400_000)
    const locked = (await page.open.openLocked(KEY_OF(ANA)))!
    expect(await locked.raw.count('pulled')).toBe(0)
  })

  it('does not forget what has just come, on a phone whose clock is eight days behind', async () => {
    const page = await openPage()
    await enter(page)
    const { applyPage } = await import('../../src/store/pulled')
    const { ageOut } = await import('../../src/store/ageing')
    const handle = page.open.currentHandle()!
    await applyPage(handle, listed({}), Date.now())
    await page.sending.noteClock(handle, Date.now() + 8 * 86_400_000, Date.now())
    await ageOut(handle, Date.now())
    expect(await handle.raw.count('pulled')).toBe(1)
  })
})

describe('guessing', () => {
  it('many codes at once waits as one after the other does', async () => {
    const page = await openPage()
    await enter(page)
    await page.lockNow()
    const tries = await Promise.all(Array.from({ length: 8 }, (_, at) => page.locking.unlockByCode(KEY_OF(ANA), `90817${at}`)))
    const row = await page.device.workerRow(KEY_OF(ANA))
    expect(tries.every((each) => !each.ok)).toBe(true)
    expect(row!.vault!.failures).toBeLessThan(8) // three are free, the others must be told to wait
  })
})
