/** A flag while it is being written. On the disk only in the worker's own box, and gone from there once it is saved. */
import { newId } from '../../contract/ids'
import type { FlagBody } from '../../contract/protection'
import type { FlagCall, FlagInput } from '../../actions/flag'
import { ageOf, hasWords, noFacts, noWords, settled, type FlagFacts, type Words } from '../../rules/flag'
import { type RingingBy } from './calls'
import { freshFix, placeBody, type Fix, type PlaceChoice, type PositionReading } from '../place/place'
import { isStale } from '../place/when'

/** Somebody who may be the one: of the encounter, of the family. */
export interface Candidate { key: string; label: string; person_id: string | null; facts: Partial<FlagFacts> }

export interface From {
  source: FlagBody['source']
  source_id: string | null
  household_id: string | null
  person_id: string | null
  who: string | null // what she is called, shown only
  candidates: readonly Candidate[]
  facts: Partial<FlagFacts>
  place: PlaceChoice
  at: string | null // when it was, if that was not now
}

export const fromNothing = (): From => ({
  source: 'alone', source_id: null, household_id: null, person_id: null, who: null, candidates: [], facts: {}, place: { kind: 'auto' }, at: null,
})

export interface FlagForm extends Omit<From, 'facts' | 'at'> {
  flag_id: string
  started_at: string
  candidate: string | null
  unseen: boolean // nobody could be seen
  facts: FlagFacts
  words: Words
  late_at: string | null
  calls: readonly FlagCall[]
  ringing: RingingBy
  last_fix: Fix | null
}

export function newForm(from: From, now: number): FlagForm {
  const { facts, at, ...rest } = from
  const only = from.candidates.length === 1 ? from.candidates[0]! : null
  return {
    ...rest, flag_id: newId(now), started_at: new Date(now).toISOString(), candidate: null, unseen: false, facts: settled({ ...noFacts(), ...facts, ...only?.facts }),
    person_id: from.person_id ?? only?.person_id ?? null, who: from.who ?? (only?.person_id ? only.label : null),
    words: noWords(), late_at: at, calls: [], ringing: {}, last_fix: null,
  }
}

export const choosing = (form: FlagForm, key: string | null): FlagForm => {
  const of = (one: string | null) => form.candidates.find((each) => each.key === one) ?? null
  const [before, chosen] = [of(form.candidate), of(key)]
  // What came with the one before goes with her; what was marked by hand stays, unless more is known of this one.
  const { age, sex } = form.facts
  const told: Partial<FlagFacts> = {
    ...(before && before.facts.age === age ? ageOf(null) : { minor_seen: false }), ...(before && before.facts.sex === sex ? { sex: null } : {}),
    ...(chosen?.facts.age ? { age: chosen.facts.age } : chosen?.facts.minor_seen && (age === null || before?.facts.age === age) ? { minor_seen: true } : {}),
    ...(chosen?.facts.sex ? { sex: chosen.facts.sex } : {}),
  }
  return {
    ...form, candidate: key, person_id: chosen?.person_id ?? null, unseen: false, facts: settled({ ...form.facts, ...told }),
    words: { ...form.words, called: chosen && !chosen.person_id ? chosen.label : form.candidates.some((one) => one.label === form.words.called) ? '' : form.words.called },
  }
}

/** Whether it holds anything of the worker's. */
export function isTouched({ facts, words, calls, ringing, late_at, unseen }: FlagForm): boolean {
  return facts.kinds.length > 0 || facts.risk !== null || calls.length > 0 || Object.keys(ringing).length > 0 || hasWords(words) || unseen || facts.actions.length > 0 || (late_at !== null && facts.forms.length > 0)
}

export const withReading = (form: FlagForm, reading: PositionReading, now: number): FlagForm => {
  const fix = freshFix(reading, now)
  if (fix === null || isStale(form.started_at, now) || (form.last_fix !== null && form.last_fix.accuracy_m <= fix.accuracy_m)) return form
  return { ...form, last_fix: fix }
}

/** Taken up again much later: as of its own time and place, not of here and now. */
export function takenUp(form: FlagForm, now: number): FlagForm {
  if (!isStale(form.started_at, now)) return form
  const { last_fix: fix } = form
  const place: PlaceChoice = form.place.kind === 'auto' && fix !== null ? { kind: 'map', lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m } : form.place
  return { ...form, place, late_at: form.late_at ?? form.started_at }
}

export function flagInput(form: FlagForm, reading: PositionReading, now: number): FlagInput {
  const { flag_id, source, source_id, person_id, household_id, facts, words, late_at, calls, unseen } = form
  const place = placeBody(form.place, reading, late_at !== null, now)
  return {
    flag_id, source, source_id, household_id, person_id: unseen ? null : person_id, subject: unseen ? 'unknown' : person_id ? 'known' : 'unnamed',
    // A record that came by pull brings no place: then there is none, rather than the place of here.
    facts, words, late_at, calls, place: place.source === 'none' && place.reason === null ? null : place,
  }
}
