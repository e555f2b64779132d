import { describe, expect, it } from 'vitest'
import { distance, PeopleIndex, type Findable } from '../../src/rules/people-search'

const someone = (id: string, names: string[], change: Partial<Findable> = {}): Findable => ({ id, names, region_id: null, last_met_at: '2026-11-20T10:00:00Z', ...change })

function index(...people: Findable[]): PeopleIndex {
  const made = new PeopleIndex()
  for (const person of people) made.add(person)
  return made
}
const CITY = index(
  someone('w', ['Wellington Souza', 'Cabelo']),
  someone('m', ['Maria da Conceição']),
  someone('j', ['João', 'senhor do carrinho azul, praça da Matriz']),
  someone('r', ['مريم', '🌻 Flor']),
  someone('t', ['Thiago']), someone('x', ['Francisca das Chagas', 'Chiquinha']),
)
const ids = (query: string) => CITY.search(query).map((each) => each.id)

describe('somebody is found', () => {
  it.each([
    ['by the whole name', 'Wellington Souza', 'w'], ['by a beginning', 'well', 'w'], ['by a nickname', 'cabelo', 'w'],
    ['by another spelling of the sound', 'Uelito', 'w'], ['by Sousa for Souza', 'uelinton sousa', 'w'], ['by Tiago for Thiago', 'tiago', 't'],
    ['without the accents', 'conceicao', 'm'], ['with accents that are not there', 'Jôão', 'j'],
    ['with two letters swapped', 'Wellignton', 'w'], ['with one letter too few', 'Franisca', 'x'], ['with two wrong letters', 'Francizga', 'x'],
    ['while typing, with a wrong letter', 'conceiza', 'm'],
    ['by what she was described as', 'carrinho azul', 'j'], ['by words in any order', 'matriz carrinho', 'j'],
    ['in another script', 'مريم', 'r'], ['beside an emoji', 'flor', 'r'], ['though one word of three is not hers', 'Francisca Chagas Nunes', 'x'],
  ])('%s', (_, query, id) => expect(ids(query)[0]).toBe(id))

  it.each(['', '  ', '!!', 'zzzz', 'Raimundo', 'Wellington Pereira', 'xis'])('but not by “%s”', (query) => expect(ids(query)).toEqual([]))
})

describe('the order', () => {
  it('is same, beginning, sound, nearly; among equals who was met here, then last', () => {
    const made = index(
      someone('near miss', ['Sousy']), someone('sound', ['Sousa']), someone('longer', ['Souzana']),
      someone('old', ['Souza'], { last_met_at: '2026-10-01T10:00:00Z' }), someone('new', ['Souza']),
      someone('here', ['Souza'], { region_id: 'leste', last_met_at: '2026-09-01T10:00:00Z' }),
    )
    expect(made.search('Souza', { region_id: 'leste' }).map((each) => each.id)).toEqual(['here', 'new', 'old', 'longer', 'sound', 'near miss'])
  })

  it('holds as many as are asked for', () => {
    const many = index(...Array.from({ length: 50 }, (_, at) => someone(`p${at}`, ['José'])))
    expect(many.search('jose', { most: 7 })).toHaveLength(7)
  })
})

it('distance counts a swap as one, tells a beginning from the whole, and gives up early', () => {
  expect(distance('maria', 'maira', 2)).toEqual({ whole: 1, begin: 1 })
  expect(distance('wellin', 'wellington', 2).begin).toBe(0)
  expect(distance('abcdef', 'uvwxyz', 2)).toEqual({ whole: 3, begin: 3 })
  expect(distance('a'.repeat(200), 'a'.repeat(200), 2).begin).toBeLessThan(3)
})
