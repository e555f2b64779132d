// The slip (via) that goes along with a referral: what its QR holds, byte for byte. Nothing of a person is in it: which city,
// device, unit and referral, the code of six, and from when to when. Signed by the device's own key, so that a door tells
// without network a slip of the city's from one that somebody made up. The server's tests read the same bytes.
//
// 1 version · 4 city (IBGE) · 16 device · 16 unit · 16 referral · 6 code · 4 issued at · 4 expires at · 64 signature (r‖s)
// Whole numbers are big-endian, instants whole seconds since 1970 (UTC).

export const SLIP_VERSION = 1
export const SIGNED_BYTES = 67
export const SIGNATURE_BYTES = 64
const PAGE = '/mesa/conferir#'
// Longer than any slip: a text of megabytes must not be looked through.
const LONGEST_TEXT = 2_000
const CODE = /^[2-9A-HJKMNP-Z]{6}$/

export interface Slip {
  city: number
  device_id: string
  unit_id: string
  referral_id: string
  code: string
  issued_at: number // milliseconds since 1970, whole seconds
  expires_at: number
}

/** slip: bytes of the right shape, believed by nobody yet · code: only the six letters · not_a_slip: something else. */
export type ReadSlip =
  | { kind: 'slip'; slip: Slip; signed: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> }
  | { kind: 'code'; code: string }
  | { kind: 'other_version'; version: number }
  | { kind: 'not_a_slip' }

function uuidInto(bytes: Uint8Array, at: number, id: string): void {
  const hex = id.replace(/-/g, '')
  for (let byte = 0; byte < 16; byte += 1) bytes[at + byte] = parseInt(hex.slice(byte * 2, byte * 2 + 2), 16)
}

function uuidAt(bytes: Uint8Array, at: number): string {
  const hex = Array.from(bytes.subarray(at, at + 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** What is signed. Raises RangeError for a code that is none. */
export function slipBytes(slip: Slip): Uint8Array<ArrayBuffer> {
  if (!CODE.test(slip.code)) throw new RangeError('code')
  const bytes = new Uint8Array(SIGNED_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, SLIP_VERSION)
  view.setUint32(1, slip.city)
  uuidInto(bytes, 5, slip.device_id)
  uuidInto(bytes, 21, slip.unit_id)
  uuidInto(bytes, 37, slip.referral_id)
  for (let letter = 0; letter < 6; letter += 1) bytes[53 + letter] = slip.code.charCodeAt(letter)
  view.setUint32(59, Math.floor(slip.issued_at / 1000))
  view.setUint32(63, Math.floor(slip.expires_at / 1000))
  return bytes
}

/** The text of the QR: the address of the page that checks it. What follows # never leaves the browser that opens it. */
export function slipText(origin: string, signed: Uint8Array, signature: Uint8Array): string {
  const letters = String.fromCharCode(...signed, ...signature)
  return `${origin}${PAGE}${btoa(letters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')}`
}

/** Letters as somebody types them at a door: small, with blanks or dashes between. Null when they are no code. */
export function codeOf(typed: string): string | null {
  if (typed.length > 40) return null
  const code = typed.toUpperCase().replace(/[\s.-]/g, '')
  return CODE.test(code) ? code : null
}

/** Whatever was scanned, pasted or typed. Never throws. */
export function readSlip(text: string): ReadSlip {
  if (text.length > LONGEST_TEXT) return { kind: 'not_a_slip' }
  const inside = text.trim().replace(/^[^#]*#/, '')
  const code = codeOf(inside)
  if (code !== null) return { kind: 'code', code }
  // The one length of base64url that a slip has, without the letters that would be left over.
  if (!/^[\w-]{100,400}$/.test(inside)) return { kind: 'not_a_slip' }
  let bytes: Uint8Array<ArrayBuffer>
  try {
    bytes = Uint8Array.from(atob(inside.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
  } catch {
    return { kind: 'not_a_slip' }
  }
  const version = bytes[0]!
  if (version !== SLIP_VERSION) return { kind: 'other_version', version }
  if (bytes.length !== SIGNED_BYTES + SIGNATURE_BYTES) return { kind: 'not_a_slip' }
  const view = new DataView(bytes.buffer)
  return {
    kind: 'slip',
    slip: {
      city: view.getUint32(1), device_id: uuidAt(bytes, 5), unit_id: uuidAt(bytes, 21), referral_id: uuidAt(bytes, 37),
      code: String.fromCharCode(...bytes.subarray(53, 59)), issued_at: view.getUint32(59) * 1000, expires_at: view.getUint32(63) * 1000,
    },
    signed: bytes.slice(0, SIGNED_BYTES), signature: bytes.slice(SIGNED_BYTES),
  }
}

const HOUR_MS = 3_600_000
const SHORTEST_MS = 24 * HOUR_MS
const LONGEST_MS = 31 * 24 * HOUR_MS

/**
 * Until when a slip made now counts: as long as the person is expected, and at least a day, because the unit may keep the
 * place longer than the phone knows. Milliseconds in and out.
 */
export function slipEnd(now: number, expected: { held_until: string | null; arrive_by: string | null; appointment_at?: string | null }): number {
  const until = [expected.held_until, expected.arrive_by, expected.appointment_at].map((at) => (at ? Date.parse(at) : NaN)).filter(Number.isFinite)
  return Math.min(now + LONGEST_MS, Math.max(now + SHORTEST_MS, ...until))
}
