// Finding somebody in the caseload without signal: by any name she is known by, with accents, one or two wrong letters and
// another spelling of the same sound forgiven. The index holds each word once, so that a query meets words, not people.
import { spoken } from './sound'

export interface Findable { id: string; names: readonly string[]; region_id: string | null; last_met_at: string }
export interface Found { id: string; score: number }
export interface Around { region_id?: string | null; most?: number }

interface Word { word: string; key: string; of: number[]; last: number; isNumber: boolean }
interface Entry { id: string; region_id: string | null; met: number; words: Set<number> }

// How well one word of the query meets one word of a name.
const SAME = 1
const BEGINS = 0.92
const SOUNDS = 0.85
const SOUNDS_BEGIN = 0.7
const WITHIN = 0.5
const ONE_OFF = 0.75
const TWO_OFF = 0.55
const OFF_BEGIN = 0.1 // less, where only the beginning is nearly so

/** Letters that may be wrong in a word of this length. */
const forgiven = (length: number): number => (length < 4 ? 0 : length < 7 ? 1 : 2)

export class PeopleIndex {
  private words: Word[] = []
  private byWord = new Map<string, number>()
  private people: Entry[] = []
  // All words in one text, one after the other: looked through at once instead of one by one.
  private text = ''
  private starts: number[] = []

  get size(): number {
    return this.people.length
  }

  add(person: Findable): void {
    const at = this.people.length
    const words = new Set<number>()
    for (const name of person.names) {
      for (const { word, key } of spoken(name)) {
        let number = this.byWord.get(word)
        if (number === undefined) {
          number = this.words.push({ word, key, of: [], last: -1, isNumber: /^\d/.test(word) }) - 1
          this.byWord.set(word, number)
        }
        const found = this.words[number]!
        if (found.last !== at) {
          found.of.push(at)
          found.last = at
        }
        words.add(number)
      }
    }
    this.people.push({ id: person.id, region_id: person.region_id, met: Date.parse(person.last_met_at) || 0, words })
  }

  /** The best first; equal ones by who was met here, then last. */
  search(query: string, { region_id = null, most = 20 }: Around = {}): Found[] {
    const asked = spoken(query)
    if (asked.length === 0) return []
    // Wrong letters are looked for only where there is room left: comparing them is what takes time on a slow phone.
    const right = this.found(asked, false, region_id)
    return (right.length < most ? this.found(asked, true, region_id) : right).slice(0, most)
  }

  // The words that hold the query as it is written, and those that sound so.
  private meetExactly(query: string, key: string, meet: (number: number, score: number) => void): void {
    if (this.starts.length !== this.words.length) {
      let end = 0
      this.starts = this.words.map(({ word }) => { const start = end; end += word.length + 1; return start })
      this.text = this.words.map(({ word }) => word).join(' ')
    }
    let number = 0
    for (let at = this.text.indexOf(query); at >= 0; at = this.text.indexOf(query, at + 1)) {
      while (number + 1 < this.starts.length && this.starts[number + 1]! <= at) number += 1
      const begins = this.starts[number] === at
      if (begins) meet(number, this.words[number]!.word.length === query.length ? SAME : BEGINS)
      else if (query.length > 2) meet(number, WITHIN)
    }
    // The first vowel or consonant alone says nothing.
    if (key.length < 2) return
    this.words.forEach(({ key: other }, at) => {
      if (other === key) meet(at, SOUNDS)
      else if (query.length > 3 && key.length > 2 && other.startsWith(key)) meet(at, SOUNDS_BEGIN)
    })
  }

  private found(asked: readonly { word: string; key: string }[], forgiving: boolean, region_id: string | null): Found[] {
    // With three words or more one may be missing: "João da Silva Pereira" is found as "João Pereira Neto".
    // A last word of a letter or two is still being written ("Maria d" on the way to "da Silva"): it sorts, and asks nothing.
    // Nothing but short ones ("O A"): any of them will do.
    const short = asked.filter(({ word }) => word.length < 3)
    const begun = short.length < asked.length && short.at(-1) === asked.at(-1) ? asked.at(-1) : undefined
    const told = asked.length - (begun ? 1 : 0)
    const needed = short.length === asked.length ? 1 : told < 3 ? told : told - 1
    const total = new Float64Array(this.people.length)
    const met = new Uint8Array(this.people.length)
    const best = new Float64Array(this.people.length)
    for (const each of asked) {
      best.fill(0)
      const meet = (number: number, score: number): void => {
        if (score > 0) for (const at of this.words[number]!.of) if (score > best[at]!) best[at] = score
      }
      this.meetExactly(each.word, each.key, meet)
      if (forgiving) this.words.forEach((word, number) => meet(number, nearly(each.word, each.key, word)))
      for (let at = 0; at < best.length; at += 1) {
        if (best[at] === 0) continue
        if (each !== begun) met[at] = met[at]! + 1
        total[at] = total[at]! + best[at]!
      }
    }
    const found: { at: number; score: number }[] = []
    for (let at = 0; at < met.length; at += 1) if (met[at]! >= needed) found.push({ at, score: this.scoreOf(at, total[at]! / asked.length, asked.length) })
    const here = (at: number): number => (region_id !== null && this.people[at]!.region_id === region_id ? 1 : 0)
    found.sort((a, b) => b.score - a.score || here(b.at) - here(a.at) || this.people[b.at]!.met - this.people[a.at]!.met)
    return found.map(({ at, score }) => ({ id: this.people[at]!.id, score }))
  }

  // Somebody known by just these words before somebody known by many more.
  private scoreOf(at: number, mean: number, asked: number): number {
    const more = Math.max(0, this.people[at]!.words.size - asked)
    return Math.round((mean - Math.min(0.06, more * 0.01)) * 1000) / 1000
  }
}

// Two words of which one may hold wrong letters. The first letter is seldom wrong, and when it is the sound tells.
function nearly(query: string, key: string, { word, key: other, isNumber }: Word): number {
  const most = forgiven(query.length)
  if (most === 0 || isNumber || word.length < query.length - most) return 0
  const first = word.charCodeAt(0)
  if (first !== query.charCodeAt(0) && first !== query.charCodeAt(1) && word.charCodeAt(1) !== query.charCodeAt(1) && key.charCodeAt(0) !== other.charCodeAt(0)) return 0
  let score = 0
  const { whole, begin } = distance(query, word, most)
  if (whole === 1) return ONE_OFF
  if (begin <= most) score = (begin === 1 ? ONE_OFF : TWO_OFF) - (whole <= most ? 0 : OFF_BEGIN)
  // A sound that is one off: Uelinton, Uelyton, Elinton.
  if (score === 0 && key.length > 3 && Math.abs(key.length - other.length) < 2 && distance(key, other, 1).whole === 1) score = TWO_OFF - OFF_BEGIN
  return score
}

const rows = [new Uint8Array(96), new Uint8Array(96), new Uint8Array(96)]

/** Wrong, missing, added or swapped letters between a query and a word, and between it and the word's best beginning. More than `most`: most + 1. */
export function distance(query: string, word: string, most: number): { whole: number; begin: number } {
  const m = Math.min(query.length, 90)
  const n = Math.min(word.length, m + most)
  const cut = word.length > n // what lies beyond can only be too far
  let [twice, before, row] = rows as [Uint8Array, Uint8Array, Uint8Array]
  for (let j = 0; j <= n; j += 1) before[j] = j
  for (let i = 1; i <= m; i += 1) {
    row[0] = i
    let least = i
    const letter = query.charCodeAt(i - 1)
    for (let j = 1; j <= n; j += 1) {
      const same = letter === word.charCodeAt(j - 1)
      let value = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (same ? 0 : 1))
      if (!same && i > 1 && j > 1 && letter === word.charCodeAt(j - 2) && query.charCodeAt(i - 2) === word.charCodeAt(j - 1)) value = Math.min(value, twice[j - 2]! + 1)
      row[j] = value
      if (value < least) least = value
    }
    if (least > most) return { whole: most + 1, begin: most + 1 }
    const spare = twice
    twice = before
    before = row
    row = spare
  }
  let begin = most + 1
  for (let j = Math.max(1, m - most); j <= n; j += 1) if (before[j]! < begin) begin = before[j]!
  return { whole: cut ? most + 1 : before[n]!, begin }
}
