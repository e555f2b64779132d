// What a flag asks, of whom, and who is told: domain 4.1 to 4.3. Pure. A child is asked nothing; an adult decides.
import {
  BODY_OF, BY_AGENTS, MINORS, MINORS_ONLY, RECIPIENTS, VIOLATIONS, type Choice, type Company, type FlagAction, type FlagAge, type FlagComplementBody, type FlagRule, type LabourForm, type PublicBody,
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
type Added = Pick<FlagComplementBody, 'risk' | 'age' | 'sex' | 'with_disability' | 'kinds' | 'forms' | 'actions' | 'choices'>

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

/** What was told later, beside what was told before: lists grow, what is null stays, the latest choice counts. */
export function withMore(facts: FlagFacts, more: Added): FlagFacts {
  const both = <T>(a: readonly T[], b: readonly T[]): T[] => [...new Set([...a, ...b])]
  return {
    ...facts, risk: more.risk ?? facts.risk, age: more.age ?? facts.age, sex: more.sex ?? facts.sex, with_disability: more.with_disability ?? facts.with_disability,
    kinds: both(facts.kinds, more.kinds), forms: both(facts.forms, more.forms), actions: both(facts.actions, more.actions),
    choices: { ...facts.choices, ...Object.fromEntries(more.choices.map(({ recipient, answer }) => [recipient, answer])) },
  }
}

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

// Who is told: as app/protection/rules.py, held to the same cases (tests/contract/told.json)

export interface Told { recipient: string; obligation: 'mandatory' | 'offered'; minutes: number | null }
type Asked = Pick<FlagFacts, 'age' | 'minor_seen' | 'kinds' | 'forms' | 'sex' | 'risk' | 'company' | 'with_disability' | 'agent_body'>

// Rescue is called without asking.
const RESCUE = ['samu_192', 'fire_193']

/** What was marked, and what a form of work is by itself: whoever is exploited is the victim. */
function kindsOf(facts: Asked): readonly ViolationKind[] {
  const implied: ViolationKind[] = facts.forms.includes('sexual_exploitation') ? ['sexual_exploitation'] : []
  return [...facts.kinds, ...implied, ...(facts.forms.length && isMinor(facts) ? ['child_labour' as const] : [])]
}

/** Nobody said that there is none, or a child without an adult: it may happen soon. */
function riskOf(facts: Asked): Risk {
  if (facts.risk === 'danger_now') return 'danger_now'
  const worst = facts.forms.some((form) => form === 'drug_trade' || form === 'sexual_exploitation')
  const alone = isMinor(facts) && (facts.company === 'alone' || facts.kinds.includes('alone_in_street'))
  return facts.risk === null || alone || worst ? 'soon' : facts.risk
}

/** Whether it is the person's own to decide who is told: 18 to 59 without disability, or of no known age. */
const decides = (facts: Asked): boolean => !isMinor(facts) && facts.age !== 'age_60_plus' && facts.with_disability !== true

const among = <T>(list: readonly T[] | undefined, one: T | null): boolean => !list?.length || (one !== null && list.includes(one))

function fits(rule: FlagRule, facts: Asked, kinds: readonly ViolationKind[], risk: Risk): boolean {
  if (rule.kinds.length && !rule.kinds.some((kind) => kinds.includes(kind))) return false
  // Of a child whose age nobody said, what is for any child is for this one; of nobody else is it assumed that she is one.
  const ages = facts.age !== null ? among(rule.ages, facts.age) : !rule.ages.length || rule.ages.some((age) => (isMinor(facts) ? MINORS.includes(age) : age === 'age_18_59'))
  return ages && among(rule.sexes, facts.sex) && among(rule.risks, risk) && among(rule.company, facts.company)
    && (rule.disability === null || rule.disability === facts.with_disability)
}

/** Never to those whose own agents did it. */
export const isOwnBody = (recipient: string, body: PublicBody | null, recipients: readonly Recipient[]): boolean =>
  body !== null && (BODY_OF[recipient] === body || recipients.some((one) => one.code === recipient && one.body === body))

// Until the city's table came: what is offered everywhere.
const always = (): Pick<FlagRule, 'ages' | 'risks' | 'company' | 'disability' | 'obligation' | 'minutes'> => ({ ages: [], risks: [], company: [], disability: null, obligation: 'offered', minutes: null })
const OFFERED: FlagRule[] = [
  { ...always(), kinds: ['self_harm'], sexes: [], recipient: 'cvv_188' },
  { ...always(), kinds: [], sexes: ['female'], recipient: 'ligue_180' },
  { ...always(), kinds: [], sexes: [], recipient: 'disque_100' },
]

const weight = ({ obligation, minutes }: Told): number => (obligation === 'mandatory' ? 0 : 100_000) + (minutes ?? 43_200)

/** Each recipient once, mandatory ones first, the most urgent first. */
export function toldOf(rules: readonly FlagRule[], facts: Asked, recipients: readonly Recipient[] = []): Told[] {
  const [kinds, risk] = [kindsOf(facts), riskOf(facts)]
  const found = new Map<string, Told>()
  for (const rule of rules.length ? rules : OFFERED) {
    const { recipient, minutes } = rule
    if (isOwnBody(recipient, facts.agent_body, recipients) || !fits(rule, facts, kinds, risk)) continue
    const asked = decides(facts) && !RESCUE.includes(recipient) && !kinds.includes('missing')
    const told: Told = { recipient, minutes, obligation: asked ? 'offered' : rule.obligation }
    const before = found.get(recipient)
    if (!before || weight(told) < weight(before)) found.set(recipient, told)
  }
  return [...found.values()].sort((a, b) => weight(a) - weight(b) || (a.recipient < b.recipient ? -1 : 1))
}

/** What somebody grown up is asked; who is 60 or has a disability is protected besides, by what is mandatory. */
export const offersOf = (told: readonly Told[], facts: Pick<FlagFacts, 'age'>): Told[] => (isAdult(facts) ? told.filter((one) => one.obligation === 'offered') : [])

/** Whom to ring while somebody is in danger, in this order. */
export function callsInDanger(facts: Asked, recipients: readonly Recipient[] = []): string[] {
  const minor = isMinor(facts)
  const woman = facts.sex === 'female'
  // Help for who may take her life, and no police unless something else is told as well.
  const codes = facts.kinds.includes('self_harm') ? ['samu_192', 'cvv_188', ...(isAdult(facts) ? [] : ['guardianship_council']), ...(facts.kinds.length > 1 ? ['police_190'] : [])]
    : minor ? ['police_190', 'samu_192', 'guardianship_council', 'disque_100', ...(woman ? ['ligue_180'] : [])]
    : isAdult(facts) ? ['police_190', 'samu_192', ...(facts.sex === 'male' ? [] : ['ligue_180']), 'disque_100']
    : ['police_190', 'samu_192', 'guardianship_council', 'disque_100', 'ligue_180']
  // Whose agents did it is not known yet: the police stand last, not first.
  const unsure = byAgents(facts) && facts.agent_body === null
  const order = unsure ? [...codes.filter((code) => !(code in BODY_OF)), ...codes.filter((code) => code in BODY_OF)] : codes
  return order.filter((code) => !isOwnBody(code, facts.agent_body, recipients))
}

const THIS_SHIFT = 360

/** Whom to ring when there is no danger now: those who must be told at once or in this shift, and those whom an adult chose. */
export const callsOf = (told: readonly Told[], facts: FlagFacts): string[] =>
  told.filter((one) => (one.obligation === 'mandatory' ? one.minutes !== null && one.minutes <= THIS_SHIFT : facts.choices[one.recipient] === 'accepted')).map((one) => one.recipient)

export const nameOf = (code: string, recipients: readonly Recipient[]): string => recipients.find((one) => one.code === code)?.name ?? RECIPIENTS[code] ?? code
