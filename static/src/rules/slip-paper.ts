// What stands on a slip, line by line, in the language of who carries it: for the screen, the print, a message and a picture.
// Neither a name nor a reason is on it.
import { SLIP_RIGHTS, SLIP_WORDS, type SlipLanguage } from './slip-words'

export interface SlipFacts {
  code: string; unit_name: string | null; people_count: number; until: string | null; appointment_at: string | null // ISO
  unit: { address: string | null; hours_text: string | null; phone: string | null } | undefined
  city: string | null; ombudsman: string | null; timeZone: string | undefined
}
export interface SlipPaper { title: string; city: string | null; show: string; code: string; facts: [string, string][]; rights: string[]; complain: string }

// Day, month and hour in figures: the same in all four languages, whatever the worker's screen speaks.
const dayAndTime = (iso: string, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat('pt-BR', { day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(iso))

export function paperOf(of: SlipFacts, language: SlipLanguage): SlipPaper {
  const words = SLIP_WORDS[language]
  const facts: [string, string | null | undefined][] = [
    [words.where, [of.unit_name, of.unit?.address].filter(Boolean).join(' · ')], [words.hours, of.unit?.hours_text], [words.phone, of.unit?.phone],
    [words.until, of.until && dayAndTime(of.until, of.timeZone)], [words.appointment, of.appointment_at && dayAndTime(of.appointment_at, of.timeZone)],
    [words.people, String(of.people_count)],
  ]
  const numbers = [...(of.ombudsman ? [`${words.ombudsman} ${of.ombudsman}`] : []), words.hotline]
  return {
    title: words.title, city: of.city, show: words.show, code: of.code, facts: facts.filter((fact): fact is [string, string] => Boolean(fact[1])),
    rights: SLIP_RIGHTS.map((right) => words[right]), complain: `${words.complain} ${numbers.join(' · ')}`,
  }
}

export const paperText = (paper: SlipPaper, language: SlipLanguage): string => [
  paper.title, `${SLIP_WORDS[language].code}: ${paper.code}`, ...paper.facts.map(([name, value]) => `${name}: ${value}`), '', ...paper.rights, paper.complain,
].join('\n')

export interface Piece { kind: 'text' | 'code' | 'qr'; text: string; size: number; bold: boolean; y: number; x: number }
export const PICTURE_WIDTH = 720
const MARGIN = 40

/**
 * Where each piece of the picture lies, in pixels from above. `widthOf` measures a text as it will be drawn; long words and
 * names are broken, nothing runs out of the picture. `qr`: whether there is one, a square of 420.
 */
export function pictureOf(paper: SlipPaper, language: SlipLanguage, qr: boolean, widthOf: (text: string, size: number, bold: boolean) => number): { pieces: Piece[]; height: number } {
  const pieces: Piece[] = []
  let y = MARGIN
  const put = (text: string, size: number, bold: boolean, gap = 10) => {
    for (const line of broken(text, (part) => widthOf(part, size, bold) <= PICTURE_WIDTH - 2 * MARGIN)) {
      pieces.push({ kind: 'text', text: line, size, bold, x: MARGIN, y })
      y += Math.round(size * 1.3)
    }
    y += gap
  }
  put(paper.title, 40, true, 0)
  if (paper.city) put(paper.city, 24, false)
  put(paper.show, 28, false)
  put(SLIP_WORDS[language].code, 24, false, 0)
  pieces.push({ kind: 'code', text: paper.code, size: 92, bold: true, x: MARGIN, y })
  y += 124
  if (qr) {
    pieces.push({ kind: 'qr', text: '', size: 420, bold: false, x: (PICTURE_WIDTH - 420) / 2, y })
    y += 440
  }
  for (const [name, value] of paper.facts) {
    put(name, 22, false, 0)
    put(value, 30, true, 12)
  }
  put(SLIP_WORDS[language].rights, 28, true)
  for (const right of paper.rights) put(`• ${right}`, 26, false, 4)
  y += 8
  put(paper.complain, 26, true)
  return { pieces, height: y + MARGIN - 10 }
}

function broken(text: string, fits: (part: string) => boolean): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word
    if (fits(longer)) {
      line = longer
      continue
    }
    if (line) lines.push(line)
    line = ''
    for (const letter of word) {
      if (line && !fits(line + letter)) {
        lines.push(line)
        line = ''
      }
      line += letter
    }
  }
  return line ? [...lines, line] : lines
}
