// The few checks a phone can make before it saves an encounter. The server judges the rest.
import { mark } from '../contract/words'
import type { EncounterBody, Place } from '../contract/commands'
import type { AgeBand, Certainty, EncounterOutcome, Origin, Sex, Situation } from '../contract/terms'
import type { FieldProblems } from './problems'

export type OperationAnswers = Pick<EncounterBody, 'shelter' | 'handed_out'>
export interface EncounterDraft {
  situation: Situation | null
  outcome: EncounterOutcome | null
  origin: Origin | null
  people_count: number
  people: { age_band: AgeBand | null; sex: Sex | null; participation_id?: string; person_id?: string | null; certainty?: Certainty }[] // may be fewer than people_count: the rest is "não observado"
  place: Place
  late_at: string | null // "foi antes": when it happened; null = now
  note: string | null
  team_id?: string // taken from the shift when absent
  reference_unit_id?: string
  request_id?: string | null // because of which the team is there
  more?: OperationAnswers // of the six-field form
}

export const MAX_NOTE = 4000
export const MAX_PEOPLE = 300
export const MAX_PLACE_TEXT = 200

export const emptyPlace = (): Place => ({
  source: 'none', lon: null, lat: null, accuracy_m: null, point_id: null, text: null, reason: null, fixed_at: null,
})

export function checkPlace(place: Place, late: boolean): FieldProblems {
  const found: FieldProblems = {}
  if (late && place.source === 'gps') found['place.source'] = mark('O que foi antes não pode usar a posição de agora.')
  if (place.source === 'gps' || place.source === 'map') {
    const inside = place.lon !== null && place.lat !== null && Math.abs(place.lon) <= 180 && Math.abs(place.lat) <= 90
    if (!inside) found['place'] = mark('Falta marcar o ponto.')
  }
  if (place.source === 'known_point' && !place.point_id) found['place.point_id'] = mark('Escolha o ponto conhecido.')
  if (place.source === 'address' && !place.text?.trim()) found['place.text'] = mark('Escreva a rua e o número.')
  if (place.source === 'none' && !place.reason) found['place.reason'] = mark('Diga por que não há local.')
  if ((place.text?.length ?? 0) > MAX_PLACE_TEXT) found['place.text'] = mark('O endereço passa de 200 letras.')
  return found
}

export function checkNote(note: string | null): FieldProblems {
  return (note?.length ?? 0) > MAX_NOTE ? { note: mark('A anotação passa de 4.000 letras.') } : {}
}

export function checkEncounter(draft: EncounterDraft, now: number): FieldProblems {
  const found: FieldProblems = { ...checkPlace(draft.place, draft.late_at !== null), ...checkNote(draft.note) }
  const { people_count: count } = draft
  if (!Number.isInteger(count) || count < 0 || count > MAX_PEOPLE) found['people_count'] = mark('O número de pessoas vai de 0 a 300.')
  else if (draft.people.length > count) found['people'] = mark('Há mais pessoas nas faixas do que no total.')
  if (draft.late_at !== null && !(Date.parse(draft.late_at) <= now)) found['late_at'] = mark('A hora ainda não chegou.')
  return found
}
