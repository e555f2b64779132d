// What a flag asks, of whom, and who is told: domain 4.1 to 4.3. Pure. A child is asked nothing; an adult decides.
import {
  BODY_OF, BY_AGENTS, MINORS, MINORS_ONLY, RECIPIENTS, VIOLATIONS, type Choice, type Company, type FlagAction, type FlagAge, type FlagRule, type LabourForm, type PublicBody,
  type Recipient, type Risk, type ViolationKind,
} from '../contract/protection'
import type { AgeBand } from '../contract/terms'
import { mark } from '../contract/words'
import type { FieldProblems } from './problems'

export const MAX_WORDS = 4000
export const MAX_CALLED = 200

/** What can be told of it without a word of anybody's. */
export interface FlagFacts {
  age: FlagAge | null
  minor_seen: boolean // a child, of an age that nobody said more closely
  sex: 'male' | 'female' | null
  with_disability: boolean | null
  kinds: ViolationKind[]
  forms: LabourForm[]
  risk: Risk | null
  agent_body: PublicBody | null
  company: Company | null
  adult_benefits: boolean | null
  team_knows: boolean | null
  already_told: boolean
  people_count: number
  actions: FlagAction[]
  choices: Partial<Record<string, Choice>>
}
export interface Words { called: string; seen: string; said: string }

export const noFacts = (): FlagFacts => ({
  age: null, minor_seen: false, sex: null, with_disability: null, kinds: [], forms: [], risk: null, agent_body: null, company: null, adult_benefits: null,
  team_knows: null, already_told: false, people_count: 1, actions: [], choices: {},
})
export const noWords = (): Words => ({ called: '', seen: '', said: '' })
export const hasWords = (words: Words): boolean => Object.values(words).some((text) => text.trim() !== '')

type Who = Pick<FlagFacts, 'age' | 'minor_seen' | 'kinds'>
/** Under 18 by what was seen; child labour and a child alone say it by themselves. */
export const isMinor = ({ age, minor_seen, kinds }: Who): boolean =>
  (age !== null ? MINORS.includes(age) : minor_seen || kinds.some((kind) => MINORS_ONLY.includes(kind)))
/** Only whose age says so: of nobody else is it assumed that she decides. */
export const isAdult = ({ age }: Pick<FlagFacts, 'age'>): boolean => age !== null && !MINORS.includes(age)

/** The tiles that can be of somebody of this age. */
export const kindsFor = (facts: Pick<FlagFacts, 'age'>): ViolationKind[] =>
  (Object.keys(VIOLATIONS) as ViolationKind[]).filter((kind) => !(isAdult(facts) && MINORS_ONLY.includes(kind)))
export const byAgents = ({ kinds }: Pick<FlagFacts, 'kinds'>): boolean => kinds.some((kind) => BY_AGENTS.includes(kind))

/** What no longer fits goes: a form of child labour without child labour, choices of somebody who doesn't decide. */
export function settled(facts: FlagFacts): FlagFacts {
  const fits = kindsFor(facts)
  const kinds = facts.kinds.filter((kind) => fits.includes(kind))
  const next = { ...facts, kinds }
  const labour = kinds.includes('child_labour')
  return {
    ...next,
    forms: labour ? facts.forms : [],
    adult_benefits: labour ? facts.adult_benefits : null,
    company: isAdult(next) ? null : facts.company,
    agent_body: byAgents(next) ? facts.agent_body : null,
    already_told: isAdult(next) ? false : facts.already_told,
    choices: isAdult(next) ? facts.choices : {},
  }
}

export function checkFlag(facts: FlagFacts, words: Words, late_at: string | null, now: number): FieldProblems {
  const found: FieldProblems = checkWords(words)
  if (!facts.kinds.length) found['kinds'] = mark('Marque o que você viu.')
  if (!Number.isInteger(facts.people_count) || facts.people_count < 1 || facts.people_count > 300) found['people_count'] = mark('O número de pessoas vai de 1 a 300.')
  if (late_at !== null && !(Date.parse(late_at) <= now)) found['late_at'] = mark('A hora ainda não chegou.')
  return found
}

export function checkWords({ called, seen, said }: Words): FieldProblems {
  const found: FieldProblems = {}
  if (called.length > MAX_CALLED) found['called'] = mark('O nome ou a descrição passa de 200 letras.')
  if (seen.length > MAX_WORDS) found['seen'] = mark('O que foi visto passa de 4.000 letras.')
  if (said.length > MAX_WORDS) found['said'] = mark('O relato passa de 4.000 letras.')
  return found
}

/** Apparent age from what a record or a card says; only where it is certain on which side of 18. */
export function ageOf(band: AgeBand | null, years: number | null = null): Pick<FlagFacts, 'age' | 'minor_seen'> {
  if (years !== null) {
    const age: FlagAge = years <= 6 ? 'age_0_6' : years <= 12 ? 'age_7_12' : years <= 13 ? 'age_13' : years <= 15 ? 'age_14_15' : years <= 17 ? 'age_16_17' : years <= 59 ? 'age_18_59' : 'age_60_plus'
    return { age, minor_seen: false }
  }
  if (band === 'age_18_59' || band === 'age_60_plus') return { age: band, minor_seen: false }
  return { age: null, minor_seen: band !== null }
}

/** A child among those met and no adult: the flag is suggested, and nothing more. */
export function isChildAlone(bands: readonly (AgeBand | null)[], situation: string | null): boolean {
  const isChild = (band: AgeBand | null): boolean => band === 'age_0_12' || band === 'age_13_17'
  if (bands.some((band) => band !== null)) return bands.some(isChild) && bands.every(isChild)
  return situation === 'child_or_adolescent'
}

// Who is told

export interface Told { recipient: string; obligation: 'mandatory' | 'offered'; minutes: number | null }
type Asked = Pick<FlagFacts, 'age' | 'minor_seen' | 'kinds' | 'sex' | 'risk' | 'with_disability' | 'agent_body'>

const among = <T>(list: readonly T[] | undefined, one: T | null): boolean => !list?.length || (one !== null && list.includes(one))

function fits(rule: FlagRule, facts: Asked): boolean {
  if (rule.kinds.length && !rule.kinds.some((kind) => facts.kinds.includes(kind))) return false
  if (rule.disability !== null && rule.disability !== (facts.with_disability ?? false)) return false
  // Of a child whose age nobody said, what is for every child is for this one.
  const ageFits = facts.age === null && isMinor(facts) ? !rule.ages.length || rule.ages.some((age) => MINORS.includes(age)) : among(rule.ages, facts.age)
  return ageFits && among(rule.sexes, facts.sex) && among(rule.risks, facts.risk)
}

/** Never to those whose own agents did it. */
export const isOwnBody = (recipient: string, body: PublicBody | null, recipients: readonly Recipient[]): boolean =>
  body !== null && (BODY_OF[recipient] === body || recipients.some((one) => one.code === recipient && one.body === body))

// Until the city's table came: what is offered everywhere.
const OFFERED: FlagRule[] = [
  { kinds: ['self_harm'], ages: [], sexes: [], risks: [], disability: null, recipient: 'samu_192', obligation: 'offered', minutes: null },
  { kinds: ['self_harm'], ages: [], sexes: [], risks: [], disability: null, recipient: 'cvv_188', obligation: 'offered', minutes: null },
  { kinds: [], ages: [], sexes: ['female'], risks: [], disability: null, recipient: 'ligue_180', obligation: 'offered', minutes: null },
  { kinds: [], ages: [], sexes: [], risks: [], disability: null, recipient: 'disque_100', obligation: 'offered', minutes: null },
]

/** Each recipient once: mandatory before offered, the shortest time first, in the table's order. */
export function toldOf(rules: readonly FlagRule[], facts: Asked, recipients: readonly Recipient[] = []): Told[] {
  const best = new Map<string, Told>()
  for (const rule of rules.length ? rules : OFFERED) {
    const { recipient, obligation, minutes } = rule
    if (!fits(rule, facts) || isOwnBody(recipient, facts.agent_body, recipients)) continue
    const before = best.get(recipient)
    const weighs = (one: Told): [number, number] => [one.obligation === 'mandatory' ? 0 : 1, one.minutes ?? Infinity]
    const told = { recipient, obligation, minutes }
    if (!before || String(weighs(told)) !== String(weighs(before)) && less(weighs(told), weighs(before))) best.set(recipient, told)
  }
  return [...best.values()]
}
const less = ([a, b]: [number, number], [c, d]: [number, number]): boolean => a < c || (a === c && b < d)

/** What somebody who decides is asked. A person with a disability or of 60 and more is protected besides (mandatory lines). */
export const offersOf = (told: readonly Told[], facts: Pick<FlagFacts, 'age'>): Told[] => (isAdult(facts) ? told.filter((one) => one.obligation === 'offered') : [])

/** Whom to ring while somebody is in danger, in this order. */
export function callsInDanger(facts: Asked, recipients: readonly Recipient[] = []): string[] {
  const minor = isMinor(facts)
  const woman = facts.sex === 'female'
  const codes = facts.kinds.includes('self_harm') ? ['samu_192', 'police_190', 'cvv_188', ...(isAdult(facts) ? [] : ['guardianship_council'])]
    : minor ? ['police_190', 'samu_192', 'guardianship_council', 'disque_100', ...(woman ? ['ligue_180'] : [])]
    : isAdult(facts) ? ['police_190', 'samu_192', ...(facts.sex === 'male' ? [] : ['ligue_180']), 'disque_100']
    : ['police_190', 'samu_192', 'guardianship_council', 'disque_100', 'ligue_180']
  return codes.filter((code) => !isOwnBody(code, facts.agent_body, recipients))
}

/** Whom to ring when there is no danger now: those who must be told at once, and those whom an adult chose. */
export const callsOf = (told: readonly Told[], facts: FlagFacts): string[] =>
  told.filter((one) => (one.obligation === 'mandatory' ? one.minutes !== null && one.minutes <= 60 : facts.choices[one.recipient] === 'accepted')).map((one) => one.recipient)

export const nameOf = (code: string, recipients: readonly Recipient[]): string => recipients.find((one) => one.code === code)?.name ?? RECIPIENTS[code] ?? code
