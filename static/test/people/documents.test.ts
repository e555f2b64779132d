import { expect, it } from 'vitest'
import { checkDocument, digitsOf, isCns, isCpf, isNis, shownDocument } from '../../src/rules/documents'

// The vectors of domain.md 5.4: made by the rules, of no known person.
it.each(['529.982.247-25'])('CPF %s is right', (typed) => expect(isCpf(digitsOf(typed))).toBe(true))
it.each(['111.111.111-11', '529.982.247-26', '5299822472', ''])('CPF %s is not', (typed) => expect(isCpf(digitsOf(typed))).toBe(false))
it.each(['12056412545', '20000000005', '12000000128', '12000000020', '12000000080'])('NIS %s is right', (typed) => expect(isNis(typed)).toBe(true))
it.each(['12056412546', '00000000000'])('NIS %s is not', (typed) => expect(isNis(typed)).toBe(false))

const CNS = ['123456789010000', '200000000010009', '700000000000005', '898000000000002']
it.each(CNS)('CNS %s is right, another last digit is not', (typed) => {
  expect(isCns(typed)).toBe(true)
  expect(isCns(typed.slice(0, -1) + String((Number(typed.at(-1)) + 1) % 10))).toBe(false)
})
it('CNS begins with 1, 2, 7, 8 or 9', () => expect(isCns('300000000000000')).toBe(false))

it('says what is wrong, and shows what is right as it is printed', () => {
  expect(checkDocument('document.cpf', '529.982.247')).toContain('11 números')
  expect(checkDocument('document.cpf', '52998224726')).toContain('não conferem')
  expect(checkDocument('document.cns', '1234')).toContain('15 números')
  expect(checkDocument('document.cpf', '529 982 247 25')).toBeNull()
  expect(shownDocument('document.cpf', '52998224725')).toBe('529.982.247-25')
  expect(shownDocument('document.nis', '12056412545')).toBe('120.56412.54-5')
})
