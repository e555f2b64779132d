import { describe, expect, it } from 'vitest'
import { otherProblems, problemOf, sentences } from '../../src/screens/form/problems'

describe('sentences of the server', () => {
  it('come as a word, as a list, or nested as the body is', () => {
    expect(sentences({ note: ['Longa demais.', 'Tem CPF.'], result: 'Escolha.', place: { point_id: ['Não existe.'] }, people: { 0: { age_band: ['Vazio.'] } } }))
      .toEqual({ note: 'Longa demais. Tem CPF.', result: 'Escolha.', 'place.point_id': 'Não existe.', 'people.0.age_band': 'Vazio.' })
  })
  it('that are no words are none', () => {
    expect(sentences({ limit: 300, gone: null, empty: [] })).toEqual({})
    expect(sentences(undefined)).toEqual({})
  })
  it('stand beside the question of their field, or of a part of it, and not of a namesake', () => {
    const problems = { 'place.point_id': 'Não existe.', people_count: 'Muitas.' }
    expect(problemOf(problems, 'place')).toBe('Não existe.')
    expect(problemOf(problems, 'people')).toBeNull()
    expect(problemOf(problems, 'people_count', 'people')).toBe('Muitas.')
  })
  it('of no question on the form are not swallowed', () => {
    expect(otherProblems({ team_id: 'Não é da sua equipe.', note: 'x' }, ['note'])).toEqual(['Não é da sua equipe.'])
  })
})
