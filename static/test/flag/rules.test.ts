import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MINORS_ONLY, VIOLATIONS, type FlagRule, type Recipient } from '../../src/contract/protection'
import { ageOf, callsInDanger, callsOf, checkFlag, isAdult, isChildAlone, isMinor, kindsFor, noFacts, noWords, offersOf, settled, toldOf, withMore, type FlagFacts } from '../../src/rules/flag'
import { choosing, fromNothing, isTouched, newForm } from '../../src/screens/flag/draft'

interface Cases { lines: FlagRule[]; cases: { name: string; facts: Partial<FlagFacts>; told: [string, string, number | null][] }[] }
const shared = JSON.parse(readFileSync(new URL('../../../tests/contract/told.json', import.meta.url), 'utf8')) as Cases
const facts = (changed: Partial<FlagFacts> = {}): FlagFacts => ({ ...noFacts(), ...changed })
const NOW = Date.parse('2026-11-28T02:40:00Z')

describe('who is told by the table', () => {
  it.each(shared.cases)('$name', ({ facts: seen, told }) =>
    expect(toldOf(shared.lines, facts(seen)).map(({ recipient, obligation, minutes }) => [recipient, obligation, minutes])).toEqual(told))
  it('a child of whom only that is known counts as one', () => {
    expect(toldOf(shared.lines, facts({ minor_seen: true, kinds: ['physical'] }))[0]).toMatchObject({ recipient: 'guardianship_council', obligation: 'mandatory' })
  })
  it('not one that belongs to the accused body in this city', () => {
    const own: Recipient[] = [{ id: '1', code: 'ombudsman', name: 'Ouvidoria da Guarda', region_id: null, body: 'municipal_guard', phones: [] }]
    const seen = facts({ age: 'age_18_59', kinds: ['state_violence'], agent_body: 'municipal_guard' })
    expect(toldOf(shared.lines, seen).map((one) => one.recipient)).toContain('ombudsman')
    expect(toldOf(shared.lines, seen, own).map((one) => one.recipient)).not.toContain('ombudsman')
  })
  it('without a table only what is offered everywhere, and nothing said to be mandatory', () => {
    expect(toldOf([], facts({ age: 'age_18_59', sex: 'female', kinds: ['physical'] })).map((one) => [one.recipient, one.obligation])).toEqual([['disque_100', 'offered'], ['ligue_180', 'offered']])
  })
})

describe('a child', () => {
  it('is one by age, by what only children suffer, or by what the encounter saw', () => {
    expect(isMinor(facts({ age: 'age_16_17' }))).toBe(true)
    expect(isMinor(facts({ kinds: ['child_labour'] }))).toBe(true)
    expect(isMinor(facts({ minor_seen: true }))).toBe(true)
    expect(isMinor(facts({ age: 'age_18_59', minor_seen: true }))).toBe(false)
    expect(isMinor(facts({ kinds: ['physical'] }))).toBe(false)
  })
  it('decides nothing here, and so does nobody whose age is not known', () => {
    for (const seen of [facts({ age: 'age_14_15', kinds: ['physical'] }), facts({ kinds: ['physical'] })]) {
      expect(isAdult(seen)).toBe(false)
      expect(offersOf(toldOf(shared.lines, seen), seen)).toEqual([])
    }
  })
  it('alone suggests a flag; with a grown-up, or nobody looked at, it does not', () => {
    expect(isChildAlone(['age_0_12'], null)).toBe(true)
    expect(isChildAlone(['age_0_12', 'age_13_17'], 'family')).toBe(true)
    expect(isChildAlone(['age_0_12', 'age_18_59'], 'child_or_adolescent')).toBe(false)
    expect(isChildAlone(['age_0_12', null], 'family')).toBe(false)
    expect(isChildAlone([null], 'child_or_adolescent')).toBe(true)
    expect(isChildAlone([null], 'street_situation')).toBe(false)
  })
})

describe('the form', () => {
  it('has no tile of a child for a grown-up, and lets go of what no longer fits', () => {
    const adult = { age: 'age_18_59' as const }
    expect(kindsFor(adult).filter((kind) => MINORS_ONLY.includes(kind))).toEqual([])
    expect(kindsFor({ age: null })).toHaveLength(Object.keys(VIOLATIONS).length)
    const before = facts({ age: 'age_7_12', kinds: ['child_labour', 'physical'], forms: ['street_sale'], adult_benefits: true, company: 'alone', already_told: true })
    expect(settled({ ...before, ...adult })).toMatchObject({ kinds: ['physical'], forms: [], adult_benefits: null, company: null, already_told: false })
    const chosen = facts({ age: 'age_18_59', kinds: ['institutional'], agent_body: 'health', choices: { ombudsman: 'accepted' } })
    expect(settled({ ...chosen, age: 'age_16_17' }).choices).toEqual({})
    expect(settled({ ...chosen, kinds: ['physical'] }).agent_body).toBeNull()
  })
  it('needs what was seen and nothing else', () => {
    expect(checkFlag(facts({ kinds: ['other'] }), noWords(), null, NOW)).toEqual({})
    expect(Object.keys(checkFlag(facts(), { called: 'x'.repeat(201), seen: 'x'.repeat(4001), said: 'x'.repeat(4001) }, new Date(NOW + 60_000).toISOString(), NOW)).sort())
      .toEqual(['called', 'kinds', 'late_at', 'said', 'seen'])
    expect(checkFlag(facts({ kinds: ['other'], people_count: 0 }), noWords(), null, NOW)).toHaveProperty('people_count')
  })
  it.each([[0, 'age_0_6'], [6, 'age_0_6'], [7, 'age_7_12'], [13, 'age_13'], [15, 'age_14_15'], [16, 'age_16_17'], [17, 'age_16_17'], [18, 'age_18_59'], [60, 'age_60_plus']])('%d years', (years, age) =>
    expect(ageOf(null, years)).toEqual({ age, minor_seen: false }))
  it('takes over an age only where it says on which side of 18', () => {
    expect(ageOf('age_0_12')).toEqual({ age: null, minor_seen: true })
    expect(ageOf('age_18_59')).toEqual({ age: 'age_18_59', minor_seen: false })
    expect(ageOf(null)).toEqual({ age: null, minor_seen: false })
  })
})

describe('what was told later', () => {
  it('adds to what was there, and takes nothing away', () => {
    const before = facts({ age: 'age_18_59', sex: 'female', kinds: ['physical'], risk: 'no_sign', choices: { ligue_180: 'declined', creas: 'accepted' } })
    const later = { risk: 'danger_now' as const, age: null, sex: null, with_disability: null, kinds: ['sexual_abuse' as const], forms: [], actions: [], choices: [{ recipient: 'ligue_180', answer: 'accepted' as const }] }
    expect(withMore(before, later)).toEqual({ ...before, risk: 'danger_now', kinds: ['physical', 'sexual_abuse'], choices: { ligue_180: 'accepted', creas: 'accepted' } })
  })
})

describe('whose flag it is', () => {
  const candidates = [
    { key: 'a', label: 'Ana', person_id: null, facts: { ...ageOf('age_0_12'), sex: 'female' as const } },
    { key: 'b', label: 'Rui', person_id: null, facts: ageOf(null) },
    { key: 'c', label: 'Léo', person_id: null, facts: ageOf('age_60_plus') },
  ]
  const form = newForm({ ...fromNothing(), candidates }, NOW)
  it('what came with one goes with her, what was marked by hand stays', () => {
    const first = choosing(form, 'a')
    expect(first.facts).toMatchObject({ age: null, minor_seen: true, sex: 'female' })
    expect(choosing(first, 'b').facts).toMatchObject({ age: null, minor_seen: false, sex: null })
    expect(choosing(choosing(first, 'c'), 'b').facts).toMatchObject({ age: null, minor_seen: false })
    const marked = { ...first, facts: { ...first.facts, age: 'age_14_15' as const, minor_seen: false } }
    expect(choosing(marked, 'b').facts.age).toBe('age_14_15')
    expect(choosing({ ...form, facts: { ...form.facts, age: 'age_14_15' } }, 'a').facts).toMatchObject({ age: 'age_14_15', minor_seen: false })
    expect(choosing(first, null).facts).toMatchObject({ age: null, minor_seen: false, sex: null })
  })
  it('a call under way is something of the worker’s', () => {
    expect(isTouched(form)).toBe(false)
    expect(isTouched({ ...form, ringing: { police_190: { number: '190', at: new Date(NOW).toISOString(), answered: false, who: '', protocol: '' } } })).toBe(true)
  })
})

describe('calls', () => {
  it('in danger stand there for everybody, the council for a child alone', () => {
    expect(callsInDanger(facts())).toEqual(['police_190', 'samu_192', 'guardianship_council', 'disque_100', 'ligue_180'])
    expect(callsInDanger(facts({ age: 'age_7_12', sex: 'female' }))).toEqual(['police_190', 'samu_192', 'guardianship_council', 'disque_100', 'ligue_180'])
    expect(callsInDanger(facts({ age: 'age_18_59', sex: 'female' }))).toEqual(['police_190', 'samu_192', 'ligue_180', 'disque_100'])
    expect(callsInDanger(facts({ age: 'age_18_59', sex: 'male' }))).not.toContain('guardianship_council')
  })
  it('for who may take her life are help, and no police unless something else is told as well', () => {
    expect(callsInDanger(facts({ age: 'age_18_59', kinds: ['self_harm'] }))).toEqual(['samu_192', 'cvv_188'])
    expect(callsInDanger(facts({ age: 'age_14_15', kinds: ['self_harm'] }))).toEqual(['samu_192', 'cvv_188', 'guardianship_council'])
    expect(callsInDanger(facts({ age: 'age_18_59', kinds: ['self_harm', 'physical'] }))).toEqual(['samu_192', 'cvv_188', 'police_190'])
  })
  it('put the police last where agents did it and nobody knows whose', () => {
    expect(callsInDanger(facts({ age: 'age_18_59', sex: 'male', kinds: ['state_violence'] }))).toEqual(['samu_192', 'disque_100', 'police_190'])
    expect(callsInDanger(facts({ age: 'age_18_59', sex: 'male', kinds: ['state_violence'], agent_body: 'municipal_guard' }))[0]).toBe('police_190')
  })
  it('never to the body that did it', () => expect(callsInDanger(facts({ age: 'age_18_59', kinds: ['state_violence'], agent_body: 'military_police' }))).not.toContain('police_190'))
  it('without danger are those who must be told at once, and those whom somebody grown up chose', () => {
    const child = facts({ age: 'age_7_12', kinds: ['physical'] })
    expect(callsOf(toldOf(shared.lines, child), child)).toEqual(['guardianship_council'])
    const woman = facts({ age: 'age_18_59', sex: 'female', kinds: ['physical'], choices: { ligue_180: 'accepted', police_station: 'declined' } })
    expect(callsOf(toldOf(shared.lines, woman), woman)).toEqual(['ligue_180'])
  })
})
