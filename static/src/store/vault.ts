// Seals for the municipality: whoever holds the phone cannot open what is sealed here, only the server can.
// Envelope "v1.<kid>.<ephemeral public point>.<iv>.<ciphertext and tag>": ECDH P-256 → HKDF-SHA256 → AES-256-GCM.
const text = new TextEncoder()

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

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const

export async function aesKey(own: CryptoKey, theirs: CryptoKey, kid: string, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256)
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: text.encode(`vinculo/seal/v1/${kid}`) }
  return crypto.subtle.deriveKey(hkdf, material, { name: 'AES-GCM', length: 256 }, false, [usage])
}

export async function seal(key: SealKey, plain: string): Promise<string> {
  const theirs = await crypto.subtle.importKey('raw', fromBase64Url(key.public), CURVE, false, [])
  const own = await crypto.subtle.generateKey(CURVE, true, ['deriveBits'])
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey))
  const aes = await aesKey(own.privateKey, theirs, key.kid, 'encrypt')
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, aes, text.encode(plain)))
  return ['v1', key.kid, toBase64Url(point), toBase64Url(iv), toBase64Url(sealed)].join('.')
}
