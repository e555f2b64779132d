/** The encounter while it is being written: what each tap changes, and what is saved in the end. */
import type { AgeBand, EncounterOutcome, Situation } from '../../contract/terms'
import { MAX_NOTE, type EncounterDraft as EncounterInput, type OperationAnswers } from '../../rules/encounter'
import { freshFix, placeBody, type Fix, type PlaceChoice, type PositionReading } from '../place/place'
import { isStale } from '../place/when'
import type { ReferralWish } from '../referral/wish'
import { bandOfEach, NO_BANDS, observed, onePerson, setBand, setCount, type Group } from './bands'

/** The first question has one answer: a situation, or one of the two results that are a whole record by themselves. */
export type Tile = Situation | 'declined_to_talk' | 'not_found'

export interface EncounterDraft {
  started_at: string
  tile: Tile | null
  outcome: EncounterOutcome | null
  group: Group
  /** The instant of "foi antes"; null while it is happening, or while a correction leaves the time as it was. */
  late_at: string | null
  place: PlaceChoice
  /** The best reading of the moment itself, so that a draft taken up again hours later keeps its own place. */
  last_fix: Fix | null
  note: string
  referral: ReferralWish | null
  /** Begun from the page of somebody known: she is among those met. */
  person_id?: string | null
  /** Begun from a request (solicitação): the request is told of it. */
  request_id?: string | null
  /** Of an operation: what was answered about the night, what was handed out. */
  more?: OperationAnswers
  /** How old she looked among several: said by the worker, or as her card says. */
  person_band?: AgeBand | null
  /** The record that this draft corrects, as it was. */
  corrects: { encounter_id: string; occurred_at: string; original: EncounterInput } | null
}

export function newDraft(now: number): EncounterDraft {
  return {
    started_at: new Date(now).toISOString(), tile: null, outcome: null, group: onePerson(), late_at: null,
    place: { kind: 'auto' }, last_fix: null, note: '', referral: null, corrects: null,
  }
}

export type Tap =
  | { tap: 'tile'; tile: Tile }
  | { tap: 'outcome'; outcome: EncounterOutcome | null }
  | { tap: 'count'; to: number }
  | { tap: 'band'; band: AgeBand; to: number }
  | { tap: 'late'; at: string | null }
  | { tap: 'place'; place: PlaceChoice }
  | { tap: 'note'; note: string }
  | { tap: 'referral'; referral: ReferralWish | null }
  | { tap: 'person'; person_id: string | null }
  | { tap: 'person-band'; band: AgeBand }
  | { tap: 'more'; more: OperationAnswers }
  | { tap: 'reading'; reading: PositionReading; now: number }

export function change(draft: EncounterDraft, event: Tap): EncounterDraft {
  switch (event.tap) {
    case 'tile': return withTile(draft, event.tile)
    case 'outcome': return { ...draft, outcome: event.outcome }
    case 'count': return { ...draft, group: setCount(draft.group, event.to) }
    case 'band': return { ...draft, group: setBand(draft.group, event.band, event.to) }
    case 'late': return { ...draft, late_at: event.at }
    case 'place': return { ...draft, place: event.place }
    case 'note': return { ...draft, note: event.note.slice(0, MAX_NOTE) }
    case 'referral': return { ...draft, referral: event.referral }
    case 'person': return { ...draft, person_id: event.person_id, person_band: null }
    case 'person-band': return { ...draft, person_band: event.band }
    case 'more': return { ...draft, more: event.more }
    case 'reading': {
      const fix = freshFix(event.reading, event.now)
      if (fix === null || draft.corrects !== null || isStale(draft.started_at, event.now)) return draft
      if (draft.last_fix !== null && draft.last_fix.accuracy_m <= fix.accuracy_m) return draft
      return { ...draft, last_fix: fix }
    }
  }
}

function withTile(draft: EncounterDraft, tile: Tile): EncounterDraft {
  const whole = tile === 'declined_to_talk' || tile === 'not_found'
  const wasWhole = draft.tile === 'declined_to_talk' || draft.tile === 'not_found'
  const group = tile === 'not_found'
    ? { ...draft.group, count: 0, bands: { ...NO_BANDS }, touched: [] }
    : draft.group.count === 0 ? onePerson() : draft.group
  return {
    ...draft, tile, group,
    outcome: whole ? tile : wasWhole ? null : draft.outcome,
    referral: whole ? null : draft.referral,
  }
}

/** Nobody who is not there, or who would not talk, can have accepted a place. */
export function canRefer(draft: EncounterDraft): boolean {
  return draft.tile !== 'declined_to_talk' && draft.tile !== 'not_found' && draft.group.count > 0 && draft.corrects === null
}

/** Whether the draft holds anything of the worker's; an untouched form is not "where you stopped". */
export function isTouched(draft: EncounterDraft): boolean {
  return draft.tile !== null || draft.outcome !== null || draft.group.count !== 1 || observed(draft.group) > 0
    || draft.late_at !== null || draft.place.kind !== 'auto' || draft.note !== '' || draft.referral !== null || Boolean(draft.person_id ?? draft.request_id ?? draft.more)
}

/** An old draft taken up as of its own time: its place is what the phone read then, as a point set by hand. */
export function asOfThen(draft: EncounterDraft): EncounterDraft {
  const { last_fix: fix } = draft
  const place: PlaceChoice = draft.place.kind === 'auto' && fix !== null
    ? { kind: 'map', lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m } : draft.place
  return { ...draft, late_at: draft.late_at ?? draft.started_at, place }
}

/** The same draft as of now: what the phone read then says nothing about here. */
export function asOfNow(draft: EncounterDraft, now: number): EncounterDraft {
  return { ...draft, started_at: new Date(now).toISOString(), late_at: null, last_fix: null }
}

export function isLate(draft: EncounterDraft): boolean {
  return (draft.late_at ?? draft.corrects?.original.late_at ?? null) !== null
}

/** What is handed to the action; a correction keeps whatever this form does not ask. */
export function encounterInput(draft: EncounterDraft, reading: PositionReading, now: number): EncounterInput {
  const { tile, corrects } = draft
  return {
    origin: draft.request_id ? 'request' : null,
    ...(draft.request_id ? { request_id: draft.request_id } : {}),
    ...corrects?.original,
    // To nobody nothing is given, whatever was counted before the first answer changed.
    ...(draft.more ? { more: tile === 'not_found' ? { shelter: null, handed_out: {} } : draft.more } : {}),
    situation: tile === 'declined_to_talk' || tile === 'not_found' ? null : tile,
    outcome: draft.referral !== null ? 'accepted_shelter' : draft.outcome,
    people_count: draft.group.count,
    people: peopleOf(draft),
    place: placeBody(draft.place, reading, isLate(draft), now),
    late_at: draft.late_at ?? corrects?.original.late_at ?? null,
    note: draft.note.trim() === '' ? null : draft.note.trim(),
  }
}

/** A correction keeps each person's identity: first who stays in the same band, then whoever is left. */
/** Her place among those met: of her own age, else not observed; null when the others say nothing of which she is. */
export function whereSheIs({ group, person_band = null }: EncounterDraft): number | null {
  const bands = bandOfEach(group)
  const at = [bands.indexOf(person_band), bands.indexOf(null)].find((place) => place >= 0)
  return at ?? (new Set(bands).size === 1 ? 0 : null)
}

/** Somebody known is there, and nothing says which of them she is. */
export const isUnsaid = (draft: EncounterDraft): boolean => Boolean(draft.person_id) && draft.group.count > 0 && whereSheIs(draft) === null

function peopleOf(draft: EncounterDraft): EncounterInput['people'] {
  const left = [...(draft.corrects?.original.people ?? [])]
  const take = (fits: (person: EncounterInput['people'][number]) => boolean) => {
    const index = left.findIndex(fits)
    return index < 0 ? null : left.splice(index, 1)[0]!
  }
  const bands = bandOfEach(draft.group)
  const same = bands.map((band) => take((person) => person.age_band === band))
  const people = bands.map((age_band, i) => ({ sex: null, ...(same[i] ?? take(() => true)), age_band }))
  const at = draft.person_id ? whereSheIs(draft) : null
  if (at !== null && people[at]) people[at] = { ...people[at], person_id: draft.person_id! }
  return people
}

/** What a correction starts from. */
export function draftOf(encounter_id: string, occurred_at: string, original: EncounterInput): EncounterDraft {
  const { situation, outcome } = original
  const bands = { ...NO_BANDS }
  for (const { age_band } of original.people) if (age_band !== null) bands[age_band] += 1
  const whole = situation === null && (outcome === 'declined_to_talk' || outcome === 'not_found')
  return {
    started_at: occurred_at,
    tile: whole ? (outcome as Tile) : situation,
    outcome,
    group: { count: original.people_count, bands, touched: [] },
    late_at: null, place: { kind: 'kept', place: original.place }, last_fix: null,
    note: original.note ?? '', referral: null, ...(original.more ? { more: original.more } : {}),
    corrects: { encounter_id, occurred_at, original },
  }
}
