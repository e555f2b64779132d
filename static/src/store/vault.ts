// All cryptography of the phone. Three things:
// 1. Seals for the municipality: whoever holds the phone cannot open what is sealed, only the server can.
//    Envelope "v1.<kid>.<ephemeral public point>.<iv>.<ciphertext and tag>": ECDH P-256 → HKDF-SHA256 → AES-256-GCM.
// 2. The data key of one worker's database (256 random bits), which never lies on the disk but wrapped: by the worker's
//    code (PBKDF2-SHA256, as many rounds as this phone bears), by a passkey's PRF, and sealed to the municipality.
// 3. The rows (AES-256-GCM). In JavaScript, not by the browser's own asynchronous cipher: a transaction of IndexedDB
//    ends as soon as something else is waited for, and a row must be read, changed and written within one.
import { gcm } from '@noble/ciphers/aes.js'

const text = new TextEncoder()
const plain = new TextDecoder()

export interface SealKey { kid: string; public: string }

export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

export function fromBase64Url(value: string): Uint8Array<ArrayBuffer> {
  const binary = atob(value.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
}

export const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))

// 1. Seals

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const

/** The bytes that both sides of an envelope derive. Exported for the vector that binds phone and server. */
export async function envelopeKey(own: CryptoKey, theirs: CryptoKey, kid: string): Promise<Uint8Array<ArrayBuffer>> {
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256)
  return hkdf(shared, `vinculo/seal/v1/${kid}`)
}

async function hkdf(secret: ArrayBuffer | Uint8Array<ArrayBuffer>, info: string): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: text.encode(info) }
  return new Uint8Array(await crypto.subtle.deriveBits(how, material, 256))
}

/** Seals at once, inside a transaction; made beforehand, because agreeing on a key takes a moment. */
export interface Sealer { kid: string; seal: (content: string) => string }

export async function makeSealer(key: SealKey): Promise<Sealer> {
  const theirs = await crypto.subtle.importKey('raw', fromBase64Url(key.public), CURVE, false, [])
  const own = await crypto.subtle.generateKey(CURVE, true, ['deriveBits'])
  const head = ['v1', key.kid, toBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey)))]
  const secret = await envelopeKey(own.privateKey, theirs, key.kid)
  return {
    kid: key.kid,
    seal: (content) => {
      const iv = randomBytes(12)
      return [...head, toBase64Url(iv), toBase64Url(gcm(secret, iv).encrypt(text.encode(content)))].join('.')
    },
  }
}

/** Null without a key, or with one that is none: the phone goes on, and sends when it is open. */
export const sealerOf = async (key: SealKey | null): Promise<Sealer | null> => (key ? makeSealer(key).catch(() => null) : null)

export const seal = async (key: SealKey, content: string): Promise<string> => (await makeSealer(key)).seal(content)

// 2. The data key

export interface Wrapped { iv: Uint8Array<ArrayBuffer>; box: Uint8Array<ArrayBuffer> }
export interface ByCode extends Wrapped { salt: Uint8Array<ArrayBuffer>; rounds: number }
export interface ByPasskey extends Wrapped { id: string; credential: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer>; label: string }

export class WrongCode extends Error {}

const FEWEST_ROUNDS = 600_000 // OWASP's figure for PBKDF2-HMAC-SHA256 (2023)
const MOST_ROUNDS = 5_000_000
const WISHED_MS = 300

async function stretch(code: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey('raw', text.encode(code), 'PBKDF2', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, material, 256))
}

/** Rounds that take about 0.3 s on this phone; the quicker of two readings, because a busy moment must not make it weak. */
export async function calibrate(): Promise<number> {
  const SAMPLE = 20_000
  let best = Infinity
  for (let turn = 0; turn < 3; turn += 1) {
    const began = performance.now()
    await stretch('000000', randomBytes(16), SAMPLE)
    best = Math.min(best, performance.now() - began)
  }
  return Math.round(Math.min(MOST_ROUNDS, Math.max(FEWEST_ROUNDS, (SAMPLE * WISHED_MS) / Math.max(best, 0.5))))
}

const wrap = (by: Uint8Array, key: Uint8Array, of: string): Wrapped => {
  const iv = randomBytes(12)
  return { iv, box: gcm(by, iv, text.encode(of)).encrypt(key) as Uint8Array<ArrayBuffer> }
}

function unwrap(by: Uint8Array, { iv, box }: Wrapped, of: string): Uint8Array {
  try {
    return gcm(by, iv, text.encode(of)).decrypt(box)
  } catch {
    throw new WrongCode()
  }
}

export const newDataKey = (): Uint8Array => randomBytes(32)

export async function wrapByCode(code: string, key: Uint8Array, of: string, rounds: number): Promise<ByCode> {
  const salt = randomBytes(16)
  return { salt, rounds, ...wrap(await stretch(code, salt, rounds), key, `vinculo/vault/v1/code/${of}`) }
}

/** Raises WrongCode. */
export async function unwrapByCode(code: string, how: ByCode, of: string): Promise<Uint8Array> {
  return unwrap(await stretch(code, how.salt, how.rounds), how, `vinculo/vault/v1/code/${of}`)
}

export async function wrapByPasskey(secret: Uint8Array<ArrayBuffer>, key: Uint8Array, of: string): Promise<Wrapped> {
  return wrap(await hkdf(secret, 'vinculo/vault/v1/passkey'), key, `vinculo/vault/v1/passkey/${of}`)
}

/** Raises WrongCode. */
export async function unwrapByPasskey(secret: Uint8Array<ArrayBuffer>, how: Wrapped, of: string): Promise<Uint8Array> {
  return unwrap(await hkdf(secret, 'vinculo/vault/v1/passkey'), how, `vinculo/vault/v1/passkey/${of}`)
}

// 3. Rows

/** A value as bytes: 12 of nonce, then ciphertext and tag. `place` says where it belongs: moved elsewhere it doesn't open. */
export function boxOf(key: Uint8Array, place: string, value: unknown): Uint8Array {
  const iv = randomBytes(12)
  const sealed = gcm(key, iv, text.encode(place)).encrypt(text.encode(JSON.stringify(value)))
  const box = new Uint8Array(12 + sealed.length)
  box.set(iv)
  box.set(sealed, 12)
  return box
}

export function openBox<T>(key: Uint8Array, place: string, box: Uint8Array): T {
  return JSON.parse(plain.decode(gcm(key, box.subarray(0, 12), text.encode(place)).decrypt(box.subarray(12)))) as T
}
