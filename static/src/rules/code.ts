// The code that opens the phone: six digits or more. What a stranger would try first is not one.
import { mark } from '../contract/words'

export const FEWEST_DIGITS = 6
export const MOST_DIGITS = 12

function isRun(code: string): boolean {
  const steps = new Set(Array.from(code.slice(1), (digit, at) => (Number(digit) - Number(code[at]) + 10) % 10))
  return steps.size === 1 && [0, 1, 9].includes([...steps][0]!)
}

const isRepeated = (code: string): boolean => [1, 2, 3, 4].some((length) => code.length % length === 0 && code === code.slice(0, length).repeat(code.length / length))

/** A sentence about what is wrong, null when the code will do. */
export function checkCode(code: string): string | null {
  if (!/^\d*$/.test(code)) return mark('Use só números.')
  if (code.length < FEWEST_DIGITS) return mark('São precisos 6 números ou mais.')
  if (isRun(code) || isRepeated(code)) return mark('Este código é fácil de adivinhar. Escolha outro.')
  return null
}
