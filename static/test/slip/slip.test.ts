import { readFileSync } from 'node:fs'
import { encode } from 'uqr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeSlip } from '../../src/actions/slip'
import { newSigningPair, signBytes, verifyBytes } from '../../src/platform/signatures'
import { codeOf, readSlip, slipBytes, slipEnd, slipText } from '../../src/rules/slip'
import { isUsable, judgeSlip, withCode, type SlipPack, type Verdict } from '../../src/rules/slip-verdict'
import { workerRow } from '../../src/store/device'
import { setMeta } from '../../src/store/meta'
import { write, type Handle } from '../../src/store/open'
import { signSlip, slipKey, tellSlipKey } from '../../src/store/slip-key'
import { run } from '../../src/sync/engine'
import { qrRows } from '../../src/ui/qr'
import { closePhone, openPhone } from '../make/phone'

interface Case { name: string; text: string; verdict: Verdict; status: string | null; is_new: boolean; is_odd: boolean }
interface Contract {
  now: string; pack: SlipPack; cases: Case[]; qr_by_mask_3: string[]
  made: { slip: { city: number; device_id: string; unit_id: string; referral_id: string; code: string; issued_at: string; expires_at: string }; signed: string; signature: string; origin: string; text: string }
}
const contract = JSON.parse(readFileSync(new URL('../../../tests/contract/slips.json', import.meta.url), 'utf8')) as Contract
const { pack, made } = contract
const now = Date.parse(contract.now)
const slip = { ...made.slip, issued_at: Date.parse(made.slip.issued_at), expires_at: Date.parse(made.slip.expires_at) }
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text.match(/../g)!, (pair) => parseInt(pair, 16))

describe('the bytes of a slip', () => {
  it('are those of the contract', () => {
    expect(hex(slipBytes(slip))).toBe(made.signed)
    expect(slipText(made.origin, bytes(made.signed), bytes(made.signature))).toBe(made.text)
  })

  it('are read back whole', () => {
    const read = readSlip(made.text)
    expect(read.kind === 'slip' && read.slip).toEqual(slip)
  })

  it('take no code with look-alikes', () => {
    for (const code of ['K7M2Q1', 'K7M2QO', 'K7M2Q', 'k7m2qx']) expect(() => slipBytes({ ...slip, code })).toThrow(RangeError)
  })
})

describe('what a desk says of it', () => {
  it.each(contract.cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const judged = await judgeSlip(readSlip(each.text), pack, now, verifyBytes)
    expect(judged.verdict).toBe(each.verdict)
    expect(judged.hers?.status ?? null).toBe(each.status)
    if (judged.slip) expect([judged.isNew, judged.isOdd]).toEqual([each.is_new, each.is_odd])
  })

  it('is none of a text of megabytes, at once', () => expect(readSlip('A'.repeat(5_000_000)).kind).toBe('not_a_slip'))

  it('is never valid when the browser cannot verify', async () => {
    const judged = await judgeSlip(readSlip(made.text), pack, now, () => Promise.reject(new Error('no crypto')))
    expect(judged.verdict).toBe('altered')
  })

  it('is never valid by a key that is none', async () => {
    const broken = { ...pack, keys: [{ device_id: slip.device_id, key: '!', revoked_at: null }, { device_id: slip.device_id, key: 'AAAA', revoked_at: null }] }
    expect((await judgeSlip(readSlip(made.text), broken, now, verifyBytes)).verdict).toBe('altered')
  })

  it('shows both where two bear one code', () => {
    const twice = { ...pack, open: [pack.open[0]!, { ...pack.open[1]!, code: slip.code }] }
    expect(withCode(twice, slip.code).map((one) => one.status)).toEqual(['held', 'revoked'])
  })

  it('is for the worker who fetched it, for a day', () => {
    const at = Date.parse(pack.server_time)
    expect(isUsable(pack, pack.worker_id, at + 23 * 3_600_000)).toBe(true)
    expect(isUsable(pack, pack.worker_id, at + 24 * 3_600_000)).toBe(false)
    expect(isUsable(pack, 'somebody else', at)).toBe(false)
  })
})

describe('a typed code', () => {
  it('may be small, with blanks and dashes', () => expect(codeOf(' k7m-2qx ')).toBe('K7M2QX'))
  it('has six letters without look-alikes', () => expect(['K7M2Q', 'K7M2QXX', 'K7M2Q0', 'K'.repeat(50)].map(codeOf)).toEqual([null, null, null, null]))
  it('is told from a slip', () => expect(readSlip('https://vinculo.example/mesa/conferir#K7M2QX')).toEqual({ kind: 'code', code: 'K7M2QX' }))
})

describe('how long a slip counts', () => {
  const HOUR = 3_600_000
  const none = { held_until: null, arrive_by: null }
  it('is a day at least, and until she is expected', () => {
    expect(slipEnd(now, none)).toBe(now + 24 * HOUR)
    expect(slipEnd(now, { held_until: new Date(now + 2 * HOUR).toISOString(), arrive_by: null })).toBe(now + 24 * HOUR)
    expect(slipEnd(now, { held_until: null, arrive_by: new Date(now + 60 * HOUR).toISOString() })).toBe(now + 60 * HOUR)
  })
  it('is never longer than a month, and bears a date that is none', () => {
    expect(slipEnd(now, { ...none, appointment_at: new Date(now + 90 * 24 * HOUR).toISOString() })).toBe(now + 31 * 24 * HOUR)
    expect(slipEnd(now, { held_until: 'amanhã', arrive_by: null })).toBe(now + 24 * HOUR)
  })
})

describe('the QR', () => {
  it('is, module for module, what another encoder draws', () => {
    // Which of the eight masks is used is each encoder's own choice: told which, both must draw the same.
    const by = (maskPattern?: number): string[] =>
      encode(made.text, { ecc: 'M', boostEcc: false, border: 0, ...(maskPattern === undefined ? {} : { maskPattern }) }).data.map((row) => row.map(Number).join(''))
    expect(by(3)).toEqual(contract.qr_by_mask_3)
    expect(qrRows(made.text)).toEqual(by())
  })
})

describe('the key of a device', () => {
  let handle: Handle
  beforeEach(async () => {
    vi.stubGlobal('location', { origin: 'https://vinculo.example' })
    handle = await openPhone()
  })
  afterEach(closePhone)

  const referral = { id: slip.referral_id, code: slip.code, unit_id: slip.unit_id }
  const verdictOf = async (text: string, key: string, deviceId: string, at = Date.now()): Promise<Verdict> =>
    (await judgeSlip(readSlip(text), { ...pack, server_time: new Date(at).toISOString(), open: [], keys: [{ device_id: deviceId, key, revoked_at: null }] }, at, verifyBytes)).verdict

  it('is made once, and cannot be taken out', async () => {
    const [one, two] = await Promise.all([slipKey('d-1'), slipKey('d-1')])
    expect(one.public).toBe(two.public)
    expect(one.public).toMatch(/^[\w-]{87}$/)
    expect(one.private.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('pkcs8', one.private)).rejects.toThrow()
  })

  it('is another for another device', async () => expect((await slipKey('d-1')).public).not.toBe((await slipKey('d-2')).public))

  it('signs what its public half verifies, and nothing else', async () => {
    const signature = await signSlip('d-1', bytes(made.signed))
    expect(await verifyBytes((await slipKey('d-1')).public, bytes(made.signed), signature)).toBe(true)
    const other = await newSigningPair()
    expect(await verifyBytes((await slipKey('d-1')).public, bytes(made.signed), await signBytes(other.private, bytes(made.signed)))).toBe(false)
  })

  it('makes slips that a desk believes', async () => {
    const { text } = await makeSlip(referral)
    const { deviceId } = (await workerRow(handle.key))!.session
    expect(await verdictOf(text, (await slipKey(deviceId)).public, deviceId)).toBe('valid')
  })

  it('makes them by the right time on a phone whose clock is a day behind', async () => {
    const day = 86_400_000
    await write(handle, ['meta'], (tx) => setMeta(tx, 'clock_offset_ms', 2 * day))
    const { text } = await makeSlip(referral)
    const read = readSlip(text)
    expect(read.kind === 'slip' && Math.abs(read.slip.issued_at - Date.now() - 2 * day) < 5_000).toBe(true)
  })

  it('is told with the pushes until the server knows it, and again when the server lost it', async () => {
    const told: (string | undefined)[] = []
    let knows: boolean | undefined = true
    vi.stubGlobal('navigator', { onLine: true })
    vi.stubGlobal('document', { visibilityState: 'hidden', addEventListener: () => undefined })
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      if (!path.includes('/sync/push')) return new Response('{}', { status: 401, headers: { 'Content-Type': 'application/json' } })
      const raw = init.body instanceof Blob ? await new Response(init.body.stream().pipeThrough(new DecompressionStream('gzip'))).text() : (init.body as string)
      const envelope = JSON.parse(raw) as { slip_key?: string; commands: { id: string }[] }
      told.push(envelope.slip_key)
      const outcomes = envelope.commands.map(({ id }) => ({ id, status: 'done', receipt: 'R', problem: null }))
      return new Response(JSON.stringify({ received_at: new Date().toISOString(), outcomes, slip_key_known: knows }), { headers: { 'Content-Type': 'application/json' } })
    })
    const { endShift, startShift } = await import('../../src/actions/shift')
    const key = (await slipKey((await workerRow(handle.key))!.session.deviceId)).public
    await tellSlipKey(handle.key)
    await startShift({ team_id: slip.unit_id, reference_unit_id: slip.unit_id, region_ids: [], companions: [] } as never)
    await run('urgent').then(() => run('normal'))
    expect(told).toEqual([key])
    expect((await workerRow(handle.key))!.slip).toBe(null)
    knows = false
    await endShift()
    await run('normal')
    expect(told).toEqual([key, undefined])
    await vi.waitFor(async () => expect((await workerRow(handle.key))!.slip).toBe(key))
  })
})
