// What goes along with a person: in her language, whole, and nothing of who she is or why she goes.
import { describe, expect, it } from 'vitest'
import { PICTURE_WIDTH, paperOf, paperText, pictureOf, type SlipFacts } from '../../src/rules/slip-paper'
import { SLIP_LANGUAGES, SLIP_WORDS, type SlipLanguage } from '../../src/rules/slip-words'

const languages = Object.keys(SLIP_LANGUAGES) as SlipLanguage[]
const of = (changed: Partial<SlipFacts> = {}): SlipFacts => ({
  code: 'ABC234', unit_name: 'Abrigo', people_count: 2, until: '2026-11-28T02:50:00Z', appointment_at: null, city: 'Natal', ombudsman: '0800 1', timeZone: 'America/Fortaleza',
  unit: { address: 'Rua das Flores, 10', hours_text: '18h às 6h', phone: '(84) 3232-0000' }, ...changed,
})
const widthOf = (text: string, size: number) => text.length * size * 0.6

describe('a slip', () => {
  it.each(languages)('in %s tells when in figures, by the clock of the city', (language) => {
    expect(paperOf(of(), language).facts).toContainEqual([SLIP_WORDS[language].until, '27/11, 23:50'])
  })
  it('as a message holds all that is on the paper', () => {
    const paper = paperOf(of(), 'fr')
    const text = paperText(paper, 'fr')
    for (const part of ['ABC234', 'Rua das Flores, 10', '27/11, 23:50', '0800 1', ...paper.rights]) expect(text).toContain(part)
  })
  it('lacks what nobody knows, and has no empty line for it', () => {
    const bare = paperOf(of({ unit: undefined, until: null, ombudsman: null, unit_name: null }), 'pt')
    expect(bare.facts.map(([name]) => name)).toEqual([SLIP_WORDS.pt.people])
    expect(bare.complain).toBe(`${SLIP_WORDS.pt.complain} ${SLIP_WORDS.pt.hotline}`)
  })
  it.each(languages)('as a picture in %s: nothing runs out of it and no two lines lie on each other', (language) => {
    const long = of({ unit_name: 'Unidade de Acolhimento Institucional para Adultos e Famílias em Situação de Rua Irmã Dulce dos Pobres '.repeat(3), unit: { address: 'X'.repeat(200), hours_text: null, phone: null } })
    const { pieces, height } = pictureOf(paperOf(long, language), language, true, widthOf)
    let end = 0
    for (const { kind, text, size, x, y } of pieces) {
      expect(y).toBeGreaterThanOrEqual(end)
      end = y + size
      if (kind === 'text') expect(x + widthOf(text, size)).toBeLessThanOrEqual(PICTURE_WIDTH)
    }
    expect(end).toBeLessThan(height)
    expect(pieces.filter(({ kind }) => kind !== 'text').map(({ kind }) => kind)).toEqual(['code', 'qr'])
    expect(pieces.map(({ text }) => text).join('').match(/X/g)).toHaveLength(200)
  })
})
