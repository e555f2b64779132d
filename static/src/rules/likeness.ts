// How likely two persons are one, with the reasons. It proposes, and a person decides. app/people/likeness.py is the same on
// the server; tests/contract/likeness.json holds both to one answer. Whole numbers only.
import { plain, spoken } from './sound'
import { mark } from '../contract/words'

/** Points from which a pair is proposed to a person, and from which it is called likely. */
export const POSSIBLE = 35
export const LIKELY = 50

const MOST_BY_NAME = 70
const WORD = 24
const COMMON_WORD = 15
const INITIAL = 5
const SLIP = 40 // shared trigrams of two words, in hundredths, from which one may be a slip of the other
const SLIPPED = 75 // what such a word counts, in hundredths of one that sounds the same
const OTHER_WORD = 15
const WHOLE_NAME = 14
const ANOTHER_NAME = 18
const SAME_DOCUMENT_AT_LEAST = 90
const OF_ONE_PERSON = ['cpf', 'nis', 'cns'] // numbers that one person has one of
const BANDS: Record<string, readonly [number, number]> = { age_0_12: [0, 12], age_13_17: [13, 17], age_18_59: [18, 59], age_60_plus: [60, 130] }

// Words (by sound) that many are called by: alike in them alone says little.
const COMMON = new Set(spoken(
  'Maria José João Antônio Francisco Ana Paulo Pedro Carlos Luiz Luís Marcos Manoel Raimundo Sebastião Francisca'
  + ' Antônia Rita Aparecida Sandra Márcia Lúcia Conceição Fátima Socorro Graça Roberto Ricardo Fernando Rafael'
  + ' Lucas Gabriel Mateus Daniel Marcelo Bruno Rodrigo Eduardo Felipe André Jorge Severino Cícero Geraldo Joaquim'
  + ' Josefa Adriana Juliana Patrícia Fernanda Aline Sônia Tereza Júlia Camila Joana'
  + ' Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Alves Nascimento Araújo Ribeiro Almeida'
  + ' Barbosa Gomes Carvalho Martins Lopes Soares Fernandes Vieira Rocha Dias Barros Melo Freitas Cardoso Filho'
  + ' Neto Júnior Jesus Nunes Moreira Batista Campos'
  + ' senhor senhora seu dona moço moça rapaz jovem homem mulher menino menina velho velha tio tia casal praça rua'
  + ' galego alemão baiano paraíba ceará careca baixinho gordo magro negão neguinho preto loiro zé',
).map(({ key }) => key))

export interface Likable {
  names?: readonly string[]; age?: number | null; age_band?: string | null; sex?: string | null; region_id?: string | null
  documents?: Record<string, string | null | undefined>
}
export type LikenessReason = keyof typeof LIKENESS_REASONS
export interface Likeness { score: number; reasons: LikenessReason[] }

export const LIKENESS_REASONS = {
  same_name: mark('mesmo nome'),
  same_sound: mark('nome com o mesmo som'),
  similar_name: mark('nome parecido'),
  part_of_name: mark('parte do nome'),
  another_name: mark('outro nome também bate'),
  same_document: mark('mesmo documento'),
  other_document: mark('documento diferente'),
  same_age: mark('mesma idade'),
  near_age: mark('idade próxima'),
  age_apart: mark('idade diferente'),
  same_band: mark('mesma faixa de idade'),
  same_sex: mark('mesmo sexo'),
  other_sex: mark('sexo diferente'),
  same_region: mark('mesma região'),
} as const

type Part = [number, LikenessReason | null]
interface Spoken { word: string; key: string }

export function likeness(a: Likable, b: Likable): Likeness {
  let [points, reasons] = byNames(a.names ?? [], b.names ?? [])
  const named = reasons.length > 0
  let floor = 0
  const mine = a.documents ?? {}
  const other = b.documents ?? {}
  const both = Object.keys(mine).sort().filter((kind) => mine[kind] && other[kind])
  if (both.some((kind) => mine[kind] === other[kind])) {
    floor = SAME_DOCUMENT_AT_LEAST
    reasons.push('same_document')
  } else if (both.some((kind) => OF_ONE_PERSON.includes(kind))) {
    points -= 40
    reasons.push('other_document')
  }
  for (const [more, reason] of [byAge(a, b), bySex(a, b), byRegion(a, b)]) {
    if (!reason) continue
    points += more
    reasons.push(reason)
  }
  // Who is alike in no name and no document is not alike at all, however near.
  if (!named) points = 0
  return { score: Math.max(floor, Math.min(100, Math.max(0, points))), reasons }
}

/** As pg_trgm makes them of one plain word: two blanks before, one behind. */
function trigrams(word: string): Set<string> {
  const letters = Array.from(`  ${word} `)
  return new Set(letters.slice(2).map((_, at) => letters.slice(at, at + 3).join('')))
}

// The best two names, and something more when a second pair of other names fits too.
function byNames(mine: readonly string[], other: readonly string[]): [number, LikenessReason[]] {
  const pairs: { points: number; reason: LikenessReason; at: number; to: number }[] = []
  mine.forEach((a, at) => other.forEach((b, to) => {
    const [points, reason] = twoNames(a, b)
    if (points > 0 && reason) pairs.push({ points, reason, at, to })
  }))
  const best = pairs.reduce<(typeof pairs)[number] | null>((found, pair) => (found && found.points >= pair.points ? found : pair), null)
  if (!best) return [0, []]
  const another = pairs.some((pair) => pair.points >= COMMON_WORD && pair.at !== best.at && pair.to !== best.to)
  return [Math.min(best.points + (another ? ANOTHER_NAME : 0), MOST_BY_NAME), another ? [best.reason, 'another_name'] : [best.reason]]
}

// Words matched each once, the surest first; words left on both sides speak against.
function twoNames(a: string, b: string): Part {
  const mine = spoken(a)
  const other = spoken(b)
  const found: [strength: number, at: number, to: number][] = []
  mine.forEach((one, at) => other.forEach((two, to) => {
    const strength = twoWords(one, two)
    if (strength) found.push([strength, at, to])
  }))
  found.sort((x, y) => y[0] - x[0] || x[1] - y[1] || x[2] - y[2])
  const here = new Set<number>()
  const there = new Set<number>()
  let points = 0
  let bySound = true
  for (const [strength, at, to] of found) {
    if (here.has(at) || there.has(to)) continue
    here.add(at)
    there.add(to)
    points += Math.floor((weight(mine[at]!, other[to]!) * strength) / 100)
    bySound &&= strength === 100
  }
  const leftHere = mine.length - here.size
  const leftThere = other.length - there.size
  points -= OTHER_WORD * Math.min(leftHere, leftThere)
  if (points <= 0) return [0, null]
  if (leftHere || leftThere) return [points, (leftHere && leftThere) || !bySound ? 'similar_name' : 'part_of_name']
  if (mine.length > 1) points += WHOLE_NAME
  if (plain(a) === plain(b)) return [points, 'same_name']
  return [points, bySound ? 'same_sound' : 'similar_name']
}

const isInitial = ({ word }: Spoken): boolean => Array.from(word).length === 1

// 0 to 100: 100 when they sound alike.
function twoWords(one: Spoken, two: Spoken): number {
  if (one.key && one.key === two.key) return 100
  if (isInitial(one) || isInitial(two)) return Array.from(one.word)[0] === Array.from(two.word)[0] ? 100 : 0
  const here = trigrams(one.word)
  const there = trigrams(two.word)
  let shared = 0
  for (const each of here) if (there.has(each)) shared += 1
  const alike = Math.floor((shared * 100) / (here.size + there.size - shared))
  return alike >= SLIP ? SLIPPED : 0
}

const weight = (one: Spoken, two: Spoken): number =>
  isInitial(one) || isInitial(two) ? INITIAL : COMMON.has(one.key) || COMMON.has(two.key) ? COMMON_WORD : WORD

// Years told apart, or bands where one has no more; in the street an age is most often a guess.
function byAge(a: Likable, b: Likable): Part {
  const mine = ages(a)
  const other = ages(b)
  if (!mine || !other) return [0, null]
  const apart = Math.max(0, mine[0] - other[1], other[0] - mine[1])
  if (mine[0] === mine[1] && other[0] === other[1]) {
    if (apart <= 2) return [10, 'same_age']
    if (apart <= 6) return [8, 'near_age']
    return apart <= 12 ? [0, null] : [-25, 'age_apart']
  }
  if (apart === 0) return [4, 'same_band']
  return apart <= 6 ? [0, null] : [-25, 'age_apart']
}

const ages = ({ age, age_band }: Likable): readonly [number, number] | null => (age != null ? [age, age] : BANDS[age_band ?? ''] ?? null)

function bySex({ sex: mine }: Likable, { sex: other }: Likable): Part {
  if (!mine || !other) return [0, null]
  return mine === other ? [3, 'same_sex'] : [-20, 'other_sex']
}

const byRegion = ({ region_id: mine }: Likable, { region_id: other }: Likable): Part => (mine && mine === other ? [17, 'same_region'] : [0, null])
