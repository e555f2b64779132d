// /mesa/conferir: what was scanned, pasted or typed, judged here. What follows # in the address is never sent anywhere.
// All words are the page's own, in <template>s; here only which of them, and what fills their gaps.
import { verifyBytes } from '../platform/signatures'
import { codeOf, readSlip, type ReadSlip } from '../rules/slip'
import { judgeSlip, withCode, type Judged, type SlipStanding } from '../rules/slip-verdict'
import { freshPack, keptPack, type Kept } from './slip-pack'
import { watchCamera } from './slip-camera'

const PAGE = '/mesa/conferir'
const EXPECTED = ['sent', 'held', 'accepted', 'on_the_way']
const CAME = ['arrived', 'in_service']

export async function watchSlips(page: HTMLElement): Promise<void> {
  const worker = page.dataset['worker'] || null
  const form = page.querySelector('form')!
  const field = form.querySelector<HTMLInputElement>('input[name=codigo]')!
  const kept = worker === null ? await keptPack(null) : await freshPack(worker)
  const show = (): Promise<void> => judgeAddress(page, kept, worker !== null)
  addEventListener('hashchange', () => void show())
  // A slip's text stays here; letters alone go to the server, which knows best.
  form.addEventListener('submit', (event) => {
    const read = readSlip(field.value)
    if (read.kind === 'code' || field.value.trim() === '') return
    event.preventDefault()
    if (read.kind === 'slip') go(read, field.value)
    else void tell(page, kept, read)
  })
  watchCamera(page, (text) => {
    const read = readSlip(text)
    if (read.kind === 'code') location.assign(`${PAGE}?codigo=${read.code}`)
    else if (read.kind === 'slip') go(read, text)
    else void tell(page, kept, read)
    return read.kind === 'slip' || read.kind === 'code'
  })
  await show()
  page.dataset['ready'] = 'yes'
}

const letters = (text: string): string => text.trim().replace(/^[^#]*#/, '')

function go(read: Extract<ReadSlip, { kind: 'slip' }>, text: string): void {
  const where = `${PAGE}?codigo=${codeOf(read.slip.code) ?? ''}#${letters(text)}`
  if (location.pathname + location.search + location.hash === where) dispatchEvent(new Event('hashchange'))
  else location.assign(where)
}

async function judgeAddress(page: HTMLElement, kept: Kept | null, online: boolean): Promise<void> {
  const asked = codeOf(new URLSearchParams(location.search).get('codigo') ?? '')
  const text = location.hash.slice(1)
  if (text === '') {
    if (!online) typedWithoutNetwork(page, kept, asked)
    return
  }
  const read = readSlip(text)
  // Opened by the phone's own camera: the server's cards come with the letters, the rest of the address stays.
  if (read.kind === 'code') return location.replace(`${PAGE}?codigo=${read.code}`)
  if (read.kind === 'slip' && online && asked === null && codeOf(read.slip.code)) return location.replace(`${PAGE}?codigo=${read.slip.code}#${text}`)
  await tell(page, kept, read)
}

async function tell(page: HTMLElement, kept: Kept | null, read: ReadSlip): Promise<void> {
  const place = page.querySelector<HTMLElement>('[data-name=verdict]')!
  if (!kept) {
    place.replaceChildren(clone(page, 'verdict', 'no_keys', {}))
    return
  }
  const judged = await judgeSlip(read, kept.pack, Date.now() + kept.offset, verifyBytes)
  const parts = [clone(page, 'verdict', judged.verdict, wordsOf(judged))]
  if (judged.slip && ['valid', 'expired', 'revoked_device'].includes(judged.verdict)) parts.push(standingOf(page, judged))
  if (judged.isOdd && judged.verdict === 'valid') parts.push(clone(page, 'standing', 'odd', {}))
  parts.push(clone(page, 'standing', 'as_of', { time: timeOf(kept.pack.server_time) }))
  place.replaceChildren(...parts)
  place.dataset['verdict'] = judged.verdict
}

const wordsOf = ({ slip, unit }: Judged): Record<string, string> => ({
  code: slip?.code ?? '', unit: unit ?? '', until: slip ? timeOf(new Date(slip.expires_at).toISOString()) : '',
})

function standingOf(page: HTMLElement, { hers, isNew }: Judged): Node {
  if (!hers) return clone(page, 'standing', isNew ? 'new' : 'unknown', {})
  return oneStanding(page, hers)
}

function oneStanding(page: HTMLElement, hers: SlipStanding): Node {
  const kind = EXPECTED.includes(hers.status) ? 'expected' : CAME.includes(hers.status) ? 'came' : 'closed'
  const word = page.querySelector(`template[data-status="${CSS.escape(hers.status)}"]`)
  return clone(page, 'standing', kind, {
    code: hers.code, people: String(hers.people_count), time: timeOf(hers.at), status: (word as HTMLTemplateElement | null)?.content.textContent?.trim() ?? '',
  })
}

// The letters alone, without a network: as the desk knew it when it last had one.
function typedWithoutNetwork(page: HTMLElement, kept: Kept | null, code: string | null): void {
  const place = page.querySelector<HTMLElement>('[data-name=verdict]')!
  if (code === null) return
  const field = page.querySelector<HTMLInputElement>('input[name=codigo]')
  if (field) field.value = code
  if (!kept) return place.replaceChildren(clone(page, 'verdict', 'no_keys', {}))
  const found = withCode(kept.pack, code)
  const parts = found.map((one) => oneStanding(page, one))
  if (found.length > 1) parts.unshift(clone(page, 'standing', 'both', { code }))
  if (found.length === 0) parts.push(clone(page, 'standing', 'no_code', { code }))
  parts.push(clone(page, 'standing', 'as_of', { time: timeOf(kept.pack.server_time) }))
  place.replaceChildren(...parts)
}

function clone(page: HTMLElement, kind: 'verdict' | 'standing', name: string, words: Record<string, string>): Node {
  const template = page.querySelector<HTMLTemplateElement>(`template[data-${kind}="${name}"]`)!
  const made = template.content.cloneNode(true) as DocumentFragment
  for (const gap of made.querySelectorAll<HTMLElement>('[data-gap]')) {
    const word = words[gap.dataset['gap'] ?? ''] ?? ''
    gap.textContent = word
    if (word === '') gap.closest('[data-unless-empty]')?.remove()
  }
  return made
}

function timeOf(iso: string): string {
  const at = new Date(iso)
  const today = at.toDateString() === new Date().toDateString()
  return at.toLocaleString(document.documentElement.lang || 'pt-BR', { ...(today ? {} : { day: '2-digit', month: '2-digit' }), hour: '2-digit', minute: '2-digit' })
}
