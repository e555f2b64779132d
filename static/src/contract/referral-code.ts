// No 0/O, 1/I/L: a code is read aloud at a door.
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

export function newReferralCode(): string {
  let code = ''
  while (code.length < 6) {
    for (const byte of crypto.getRandomValues(new Uint8Array(8))) {
      if (byte < 248 && code.length < 6) code += CODE_LETTERS[byte % 31]
    }
  }
  return code
}
