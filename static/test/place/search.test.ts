import { expect, it } from 'vitest'
import { found } from '../../src/screens/place/search'

it('finds by the beginning of any word, without accents', () => {
  expect(found('praca', 'Praça da Árvore')).toBe(true)
  expect(found('arv pra', 'Praça da Árvore')).toBe(true)
  expect(found('', 'Praça')).toBe(true)
  expect(found('vore', 'Praça da Árvore')).toBe(false)
  expect(found('praca x', 'Praça da Árvore')).toBe(false)
})
