import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFileSync, writeFileSync } from 'node:fs'
import { exportOutbox, recordEncounter } from '../../src/actions'
import type { Command } from '../../src/contract/commands'
import { envelopeKey, fromBase64Url, seal } from '../../src/store/vault'
import { closePhone, encounter, giveMe, openPhone, sealPair } from '../make/phone'

const VECTOR = new URL('../../../tests/contract/seal_vector.json', import.meta.url)
interface Vector { kid: string; private_key_pkcs8: string; public: string; plain: string; envelope: string }

// What the server does with its private key, written again here so that a sealed text is really opened.
async function open(envelope: string, privateKey: CryptoKey): Promise<string> {
  const [version, kid, point, iv, sealed] = envelope.split('.') as [string, string, string, string, string]
  expect(version).toBe('v1')
  const theirs = await crypto.subtle.importKey('raw', fromBase64Url(point), { name: 'ECDH', namedCurve: 'P-256' }, false, [])
  const secret = await envelopeKey(privateKey, theirs, kid)
  const aes = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['decrypt'])
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: fromBase64Url(iv) }, aes, fromBase64Url(sealed))
  return new TextDecoder().decode(plain)
}

describe('the vault', () => {
  it('seals what only the private key opens, differently each time', async () => {
    const key = await sealPair()
    const plain = JSON.stringify({ note: 'suspeita: “não conte” 🚸' })
    const [one, two] = [await seal(key, plain), await seal(key, plain)]
    expect(one).not.toBe(two)
    expect(await open(one, key.privateKey)).toBe(plain)
    const other = await sealPair()
    await expect(open(two, other.privateKey)).rejects.toThrow()
    const bent = `${one.slice(0, -2)}${one.endsWith('A') ? 'BB' : 'AA'}`
    await expect(open(bent, key.privateKey)).rejects.toThrow()
  })

  // The same file is opened by the server's tests. VINCULO_WRITE_CONTRACT=1 makes a new one.
  it('agrees with the vector that both suites read', async () => {
    if (process.env['VINCULO_WRITE_CONTRACT']) {
      const key = await sealPair()
      const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key.privateKey)).toString('base64url')
      const plain = '{"note":"Palavra plantada: maçã 🍎"}'
      const made: Vector = { kid: key.kid, private_key_pkcs8: pkcs8, public: key.public, plain, envelope: await seal(key, plain) }
      writeFileSync(VECTOR, `${JSON.stringify(made, null, 2)}\n`)
    }
    const vector = JSON.parse(readFileSync(VECTOR, 'utf8')) as Vector
    const privateKey = await crypto.subtle.importKey('pkcs8', Buffer.from(vector.private_key_pkcs8, 'base64url'), { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
    expect(await open(vector.envelope, privateKey)).toBe(vector.plain)
    expect(await open(await seal(vector, vector.plain), privateKey)).toBe(vector.plain)
  })
})

describe('the exported outbox', () => {
  beforeEach(openPhone)
  afterEach(closePhone)

  it('holds every unsent command, and not a word in clear', async () => {
    const handle = await openPhone()
    const key = await sealPair()
    await giveMe(handle, key)
    const { encounter_id } = await recordEncounter(encounter({ note: 'palavra plantada' }))
    const text = await (await exportOutbox()).text()
    expect(text).not.toContain('palavra plantada')
    const file = JSON.parse(text) as Record<string, string>
    expect(file).toMatchObject({ format: 'vinculo-outbox-1', municipality_id: 2408102, worker_id: handle.key.replace('2408102-', '') })
    const { commands } = JSON.parse(await open(file['sealed']!, key.privateKey)) as { commands: Command[] }
    expect(commands).toMatchObject([{ name: 'encounters.record', body: { encounter_id, note: 'palavra plantada' } }])
  })
})
