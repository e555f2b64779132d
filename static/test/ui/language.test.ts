// The phone's words come from the catalogue of the house, loaded as the build does it.
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { words } from '../../po'
import { clockTime, dateOnly, dayAndTime, distance, figure } from '../../src/ui/format'
import { t, tn, useLanguage, type Lang } from '../../src/ui/text'

const catalogue = (name: string) => readFileSync(new URL(`../../../app/translations/${name}`, import.meta.url), 'utf8')

beforeEach(() => vi.stubGlobal('document', { documentElement: { lang: '' } }))
afterEach(async () => {
  await useLanguage('pt-BR')
  vi.unstubAllGlobals()
})

describe('a catalogue', () => {
  it('is read with its plurals, escapes and long lines; fuzzy, unsaid and desk sentences stay out', () => {
    const text = [
      'msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=utf-8\\n"', '',
      '#: static/src/a.tsx', 'msgid "Diga \\"sim\\""', 'msgstr "Say \\"yes\\""', '',
      '#: app/a/problems.py templates/a.html', 'msgid ""', '"Um "', '"dois"', 'msgstr ""', '"One "', '"two"', '',
      '#: static/src/a.tsx', '#, python-brace-format', 'msgid "{n} dia"', 'msgid_plural "{n} dias"', 'msgstr[0] "{n} day"', 'msgstr[1] "{n} days"', '',
      '#: templates/a.html templates/b.html', 'msgid "Mesa"', 'msgstr "Desk"', '',
      '#: static/src/a.tsx', '#, fuzzy', 'msgid "Talvez"', 'msgstr "Maybe"', '',
      '#: static/src/a.tsx', 'msgid "Ainda não"', 'msgstr ""', '',
    ].join('\n')
    expect(words(text)).toEqual({ 'Diga "sim"': 'Say "yes"', 'Um dois': 'One two', '{n} dia': '{n} day', '{n} dias': '{n} days' })
  })

  it.each(['en', 'es'])('in %s has every sentence of the screens', (name) => {
    const known = words(catalogue(`${name}/LC_MESSAGES/messages.po`))
    const blocks = catalogue('messages.pot').split('\n\n').filter((block) => /^#: .*static\/src\//m.test(block))
    const said = blocks.map((block) => JSON.parse(/^msgid (".*")$/m.exec(block)![1]!) as string)
    expect(said.length).toBeGreaterThan(500)
    expect(said.filter((msgid) => !known[msgid])).toEqual([])
  })
})

// What the engine's own data leaves open: whether a day or a month below ten has a zero before it.
const bare = (text: string) => text.replace(/\b0(?=\d\/|\d )/g, '')

describe('a language', () => {
  it.each<[Lang, string, string, string]>([
    ['pt-BR', 'Novo encontro', '1 pessoa', '4 pessoas'],
    ['en', 'New encounter', '1 person', '4 people'],
    ['es', 'Nuevo encuentro', '1 persona', '4 personas'],
  ])('%s is spoken after the switch', async (lang, encounter, one, many) => {
    await useLanguage(lang)
    expect(t('Novo encontro')).toBe(encounter)
    expect(tn('{n} pessoa', '{n} pessoas', 1)).toBe(one)
    expect(tn('{n} pessoa', '{n} pessoas', 4)).toBe(many)
    expect(document.documentElement.lang).toBe(lang)
  })

  it('says what a server refused in Portuguese, when that was the language then', async () => {
    await useLanguage('en')
    expect(t('Este encontro já foi corrigido ou retirado.')).toBe('This encounter was already corrected or withdrawn.')
  })

  it('that was chosen last stays, however late the words of the one before come', async () => {
    await Promise.all([useLanguage('es'), useLanguage('pt-BR')])
    expect(t('Novo encontro')).toBe('Novo encontro')
  })

  it.each<[Lang, string, string, string, string]>([
    ['pt-BR', '03/04, 22:10', '03/04/2026', '1,5 km', '4.000'],
    ['en', '3 Apr, 22:10', '3 Apr 2026', '1.5 km', '4,000'],
    ['es', '3/4, 22:10', '03/04/2026', '1,5 km', '4.000'],
  ])('%s writes days, hours and figures in its way', async (lang, at, on, way, number) => {
    await useLanguage(lang)
    const iso = '2026-04-04T01:10:00Z'
    expect(bare(dayAndTime(iso, 'America/Fortaleza'))).toBe(bare(at))
    expect(clockTime(iso, 'America/Fortaleza')).toBe('22:10')
    expect(bare(dateOnly('2026-04-03'))).toBe(bare(on))
    expect([distance(1480), figure(4000)]).toEqual([way, number])
  })
})
