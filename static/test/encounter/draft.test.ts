import { describe, expect, it } from 'vitest'
import { MAX_NOTE } from '../../src/rules/encounter'
import { placeBody, type PositionReading } from '../../src/screens/place/place'
import { asOfNow, asOfThen, canRefer, change, draftOf, encounterInput, isTouched, newDraft, type EncounterDraft, type Tap } from '../../src/screens/encounter/draft'

const NOW = Date.parse('2026-11-22T02:40:00.000Z')
const at = (ms: number) => new Date(NOW + ms).toISOString()
const fix: PositionReading = { status: 'fix', lon: -35.2, lat: -5.79, accuracy_m: 12, at: at(-5000) }
const taps = (draft: EncounterDraft, ...events: Tap[]) => events.reduce(change, draft)

describe('the common case', () => {
  it('one tile is enough: one person, here, now', () => {
    const input = encounterInput(taps(newDraft(NOW), { tap: 'tile', tile: 'street_situation' }), fix, NOW)
    expect(input).toMatchObject({
      situation: 'street_situation', outcome: null, people_count: 1, late_at: null, note: null,
      people: [{ age_band: null, sex: null }],
      place: { source: 'gps', lon: -35.2, accuracy_m: 12, fixed_at: at(-5000) },
    })
  })
  it('saves without a tile too: only time, team, unit, place and number are required', () => {
    expect(encounterInput(newDraft(NOW), fix, NOW)).toMatchObject({ situation: null, people_count: 1 })
  })
})

describe('whole records', () => {
  it('"não quis conversar" is a result, not a situation, and keeps the number of people', () => {
    const draft = taps(newDraft(NOW), { tap: 'count', to: 3 }, { tap: 'tile', tile: 'declined_to_talk' })
    expect(encounterInput(draft, fix, NOW)).toMatchObject({ situation: null, outcome: 'declined_to_talk', people_count: 3 })
    expect(canRefer(draft)).toBe(false)
  })
  it('"não localizado" has nobody, and going back brings one person and no result', () => {
    const gone = taps(newDraft(NOW), { tap: 'tile', tile: 'family' }, { tap: 'tile', tile: 'not_found' })
    expect(encounterInput(gone, fix, NOW)).toMatchObject({ outcome: 'not_found', people_count: 0, people: [] })
    const back = change(gone, { tap: 'tile', tile: 'family' })
    expect(encounterInput(back, fix, NOW)).toMatchObject({ situation: 'family', outcome: null, people_count: 1 })
  })
})

describe('a group', () => {
  it('sends one anonymous person per head, the rest not observed', () => {
    const draft = taps(newDraft(NOW), { tap: 'count', to: 4 }, { tap: 'band', band: 'age_0_12', to: 2 }, { tap: 'band', band: 'age_18_59', to: 1 })
    expect(encounterInput(draft, fix, NOW).people.map((p) => p.age_band)).toEqual(['age_0_12', 'age_0_12', 'age_18_59', null])
  })
})

describe('a draft taken up again', () => {
  const started = taps(newDraft(NOW), { tap: 'reading', reading: fix, now: NOW }, { tap: 'tile', tile: 'family' })
  const later = NOW + 3 * 3600_000
  const elsewhere: PositionReading = { status: 'fix', lon: -35.3, lat: -5.8, accuracy_m: 5, at: new Date(later).toISOString() }
  it('as of then keeps its own time and place, never the GPS of now', () => {
    const draft = asOfThen(change(started, { tap: 'reading', reading: elsewhere, now: later }))
    expect(encounterInput(draft, elsewhere, later)).toMatchObject({ late_at: at(0), place: { source: 'map', lon: -35.2 } })
  })
  it('as of now takes the place of now', () => {
    expect(encounterInput(asOfNow(started, later), elsewhere, later)).toMatchObject({ late_at: null, place: { source: 'gps', lon: -35.3 } })
  })
  it('keeps the best reading while it is fresh', () => {
    const rough: PositionReading = { ...fix, accuracy_m: 80 }
    expect(change(started, { tap: 'reading', reading: rough, now: NOW }).last_fix?.accuracy_m).toBe(12)
  })
  it('an untouched form is nothing to come back to', () => {
    expect(isTouched(taps(newDraft(NOW), { tap: 'reading', reading: fix, now: NOW }))).toBe(false)
    expect(isTouched(started)).toBe(true)
  })
})

describe('a referral in the draft', () => {
  const wish = { unit_id: 'u', called: '', people_count: 1, with_children: false, with_animals: false, note: '' }
  it('says that the person accepted', () => {
    const draft = taps(newDraft(NOW), { tap: 'tile', tile: 'street_situation' }, { tap: 'referral', referral: wish })
    expect(encounterInput(draft, fix, NOW).outcome).toBe('accepted_shelter')
  })
  it('does not outlive the person', () => {
    expect(taps(newDraft(NOW), { tap: 'referral', referral: wish }, { tap: 'tile', tile: 'not_found' }).referral).toBeNull()
  })
})

describe('a correction', () => {
  const people = [
    { participation_id: 'a', age_band: 'age_18_59', sex: 'male' },
    { participation_id: 'b', age_band: null, sex: 'female' },
  ] as const

  const original = {
    situation: 'family' as const, outcome: null, origin: 'request_156' as const, people_count: 2, people: [...people], note: 'x',
    place: placeBody({ kind: 'auto' }, fix, false, NOW), late_at: null, team_id: 't',
  }
  const draft = draftOf('e', at(-7200_000), original)
  it('left alone is the record as it was: who, when, where and what the form does not ask', () => {
    expect(encounterInput(draft, { ...fix, lon: -40 }, NOW)).toEqual(original)
  })
  it('with another time is late, and its point no longer a reading of that time', () => {
    expect(encounterInput(change(draft, { tap: 'late', at: at(-9000_000) }), fix, NOW))
      .toMatchObject({ late_at: at(-9000_000), place: { source: 'map', lon: -35.2 } })
  })
  it('gives a changed band to whoever is left', () => {
    const changed = change(draft, { tap: 'band', band: 'age_60_plus', to: 1 })
    expect(encounterInput(changed, fix, NOW).people).toEqual([people[0], { participation_id: 'b', age_band: 'age_60_plus', sex: 'female' }])
  })
  it('gives no identity to a person who was not there before', () => {
    const more = change(draft, { tap: 'count', to: 3 })
    expect(encounterInput(more, fix, NOW).people).toEqual([...people, { age_band: null, sex: null }])
  })
})

it('a note never passes what the server takes', () => {
  expect(change(newDraft(NOW), { tap: 'note', note: 'a'.repeat(MAX_NOTE + 5) }).note).toHaveLength(MAX_NOTE)
})

describe('an operation', () => {
  const more = { shelter: { answer: 'refused' as const, reason: null }, handed_out: { blanket: 2 } }
  it('adds what was answered and handed out; a draft begun before it keeps what it held', () => {
    const begun = taps(newDraft(NOW), { tap: 'count', to: 3 }, { tap: 'band', band: 'age_60_plus', to: 1 })
    const draft = taps(begun, { tap: 'more', more })
    expect(isTouched(draft)).toBe(true)
    expect(encounterInput(draft, fix, NOW)).toMatchObject({ people_count: 3, more })
    expect(encounterInput(taps(draft, { tap: 'tile', tile: 'not_found' }), fix, NOW).more).toEqual({ shelter: null, handed_out: {} })
    expect(encounterInput(begun, fix, NOW)).not.toHaveProperty('more')
  })
  it('stays with a correction of the record, and is changed by it', () => {
    const original = { ...encounterInput(taps(newDraft(NOW), { tap: 'more', more }), fix, NOW) }
    const corrected = draftOf('id', at(-60_000), original)
    expect(encounterInput(corrected, fix, NOW).more).toEqual(more)
    const fewer = { ...more, handed_out: { blanket: 1 } }
    expect(encounterInput(taps(corrected, { tap: 'more', more: fewer }), fix, NOW).more).toEqual(fewer)
  })
})
