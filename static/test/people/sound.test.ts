import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { plain, sounds } from '../../src/rules/sound'

const vectors = JSON.parse(readFileSync(new URL('../../../tests/contract/sounds.json', import.meta.url), 'utf8')) as { name: string; plain: string; sounds: string[] }[]

it.each(vectors)('$name sounds on the phone as on the server', (each) => {
  expect(plain(each.name)).toBe(each.plain)
  expect(sounds(each.name)).toEqual(each.sounds)
})

it('what was typed with its accents apart is the same', () => {
  expect(sounds('Conceição'.normalize('NFD'))).toEqual(sounds('Conceição'))
  expect(plain('  João  d’Água ')).toBe('joao d agua')
})
