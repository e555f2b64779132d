import { describe, expect, it } from 'vitest'
import { age, distance, lasting, megabytes } from '../../src/ui/format'
import { match } from '../../src/ui/router'
import { t, tn } from '../../src/ui/text'

const noon = Date.parse('2026-11-22T12:00:00Z')
const before = (minutes: number) => new Date(noon - minutes * 60_000).toISOString()

describe('ages', () => {
  it.each([
    [0, 'agora'], [0.9, 'agora'], [1, 'há 1 min'], [59, 'há 59 min'], [60, 'há 1 h'], [23 * 60 + 59, 'há 23 h'], [24 * 60, 'há 1 dia'], [50 * 60, 'há 2 dias'],
  ])('%d minutes', (minutes, words) => expect(age(before(minutes), noon)).toBe(words))
  it('of a clock that went back is now, never negative', () => expect(age(before(-30), noon)).toBe('agora'))
  it('of a shift are counted in hours and minutes', () => {
    expect(lasting(before(134), noon)).toBe('2 h 14 min')
    expect(lasting(before(-5), noon)).toBe('0 min')
  })
})

describe('sizes', () => {
  it('are said in the largest unit', () => {
    expect(megabytes(4_200_000)).toBe('4,2 MB')
    expect(megabytes(12_400_000_000)).toBe('12 GB')
  })
  it('of ways are rounded to what a person can use', () => {
    expect(distance(347)).toBe('350 m')
    expect(distance(1480)).toBe('1,5 km')
  })
})

describe('words', () => {
  it('fill what is given and leave the rest visible', () => expect(t('{a} de {b}', { a: 1 })).toBe('1 de {b}'))
  it('put nothing but text in', () => expect(t('Olá {name}', { name: '<b>{a}</b>' })).toBe('Olá <b>{a}</b>'))
  it('count', () => {
    expect(tn('{n} pessoa', '{n} pessoas', 1)).toBe('1 pessoa')
    expect(tn('{n} pessoa', '{n} pessoas', 0)).toBe('0 pessoas')
  })
})

describe('addresses', () => {
  it('give the ids in them', () => expect(match('/encontro/:id/depois', '/encontro/42/depois')).toEqual({ id: '42' }))
  it('must match whole', () => {
    expect(match('/registro/:id', '/registro')).toBeNull()
    expect(match('/registro/:id', '/registro/42/mais')).toBeNull()
    expect(match('/hoje', '/hojes')).toBeNull()
  })
  it('leave what follows a question mark', () => expect(match('/envio', '/envio?x=1')).toEqual({}))
})
