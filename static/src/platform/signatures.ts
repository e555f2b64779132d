// Signatures of slips: ECDSA on P-256 with SHA-256, raw r‖s. The private half cannot be taken out of the browser that made it.
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const HOW = { name: 'ECDSA', hash: 'SHA-256' } as const

type Bytes = Uint8Array<ArrayBuffer>

/** `public`: the raw point (65 bytes), base64url. */
export interface SigningPair { private: CryptoKey; public: string }

export async function newSigningPair(): Promise<SigningPair> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return { private: pair.privateKey, public: btoa(String.fromCharCode(...point)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') }
}

export async function signBytes(key: CryptoKey, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(HOW, key, bytes))
}

/** False for a wrong signature, raises for a key that is none. */
export async function verifyBytes(key: string, bytes: Bytes, signature: Bytes): Promise<boolean> {
  const point = Uint8Array.from(atob(key.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
  const theirs = await crypto.subtle.importKey('raw', point, CURVE, false, ['verify'])
  return crypto.subtle.verify(HOW, theirs, signature, bytes)
}
