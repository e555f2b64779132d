// The caseload as screens show it: what came by pull, with what was saved here since. Loaded with the screens of people.
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { Bodies } from '../contract/commands'
import type { Person } from '../contract/pull'
import type { AgeBand, Certainty, Sex } from '../contract/terms'
import { isBack } from './back'
import { commandRows, earlierRecords, seen } from './load'
import { cardsOf, type Card, type Met, type Saved } from './project-people'
import { ficha, lock, people, records, session } from './state'
import type { LocalEncounter, LocalRecord } from './types'

export { toldAt, type Card } from './project-people'

const SHOWN = new Set(['people.register', 'people.tell', 'people.take_back', 'encounters.complete', 'encounters.link', 'encounters.unlink', 'encounters.record'])

// What was delivered is shown from its command until it has come back; until then its body is not sealed (store/sending.ts).
const saved: ReadonlySignal<Saved[]> = computed(() => commandRows.value.filter((row) => SHOWN.has(row.name) && row.body && row.state !== 'withdrawn'
  && (row.state !== 'delivered' || !isBack(row, seen.value))))

const isEncounter = (record: LocalRecord): record is LocalEncounter => record.type === 'encounter'

const met: ReadonlySignal<Met[]> = computed(() => [...records.value, ...earlierRecords.value]
  .filter((record) => isEncounter(record) && record.mine && record.status !== 'withdrawn' && record.state !== 'withdrawn')
  .map((record) => {
    const { id, occurred_at, body, remote, place_label } = record as LocalEncounter
    return {
      id, at: occurred_at, outcome: body?.outcome ?? remote?.outcome ?? null, near: place_label, region_id: remote?.region_id ?? null,
      people: body?.people ?? remote?.people ?? [],
    }
  }))

const onPhone = computed(() => new Set((ficha.value?.groups ?? []).flatMap((group) => group.fields.filter((field) => field.on_phone).map((field) => field.id))))

export const cards: ReadonlySignal<Card[]> = computed(() => cardsOf(people.value, saved.value, met.value, onPhone.value))

// Somebody beyond the caseload, asked of the server: shown while the phone is open, kept nowhere.
export const visitors = signal<readonly Person[]>([])
effect(() => {
  if (lock.value || !session.value) visitors.value = []
})
export function visit(person: Person): void {
  visitors.value = [...visitors.value.filter((one) => one.id !== person.id), person]
}

const byId = computed(() => {
  const own = new Set(people.value.flatMap((person) => [person.id, ...person.also ?? []]))
  const away = visitors.value.filter((person) => !own.has(person.id))
  const all = away.length ? [...cardsOf(away, saved.value, met.value, onPhone.value).filter((card) => away.some((person) => person.id === card.id)), ...cards.value] : cards.value
  return new Map(all.flatMap((card) => [card.id, ...card.also].map((id) => [id, card] as const)))
})

/** By any id that was ever hers. */
export const cardOf = (id: string): Card | null => byId.value.get(id) ?? null

export interface There {
  participation_id: string; age_band: AgeBand | null; sex: Sex | null; person_id: string | null; certainty: Certainty; called: string | null
}

/** Everybody who was there, with who they are as far as the phone knows, unsent linking included. */
export function presentOf(record: LocalEncounter): There[] {
  return thereOf(record, false).map((one) => (one.person_id ? { ...one, called: cardOf(one.person_id)?.called ?? one.called } : one))
}

// A correction keeps who was named in what it corrects: by number where it says any, else by place in the list, as the
// server does. `only`: what was saved here alone, of a record whose correction the server has told of.
function thereOf(record: LocalEncounter, only: boolean): There[] {
  const remote = record.remote?.people
  const there: There[] = (remote ?? record.body?.people ?? []).map((one): There => ({
    participation_id: one.participation_id, age_band: one.age_band, sex: one.sex, person_id: only ? null : one.person_id ?? null, certainty: one.certainty ?? 'sure',
    called: !only && 'called' in one ? (one as { called: string | null }).called : null,
  }))
  // The server gives those whom a correction keeps numbers of their own; what was saved here speaks of the phone's.
  const own = record.body?.people.length === there.length ? record.body.people : []
  const at = (id: string): There | undefined => there.find((one, place) => one.participation_id === id || own[place]?.participation_id === id)
  const before = record.replaces_id && [...records.value, ...earlierRecords.value].find((one) => one.id === record.replaces_id)
  if (before && isEncounter(before)) {
    const were = thereOf(before, only || remote !== undefined)
    const byNumber = there.some((one) => one.participation_id[14] === '5') || were.some((one) => at(one.participation_id))
    were.forEach(({ participation_id, person_id, called, certainty }, place) => {
      const same = byNumber ? at(participation_id) : there[place]
      if (same && !same.person_id && !same.called && (person_id || called)) Object.assign(same, { person_id, called, certainty })
    })
  }
  for (const { name, body } of saved.value) {
    if (name === 'encounters.complete') {
      const { encounter_id, names } = body as Bodies['encounters.complete']
      if (encounter_id === record.id) for (const told of names) Object.assign(at(told.participation_id) ?? {}, { person_id: told.person_id, called: told.called, certainty: 'sure' })
    } else if (name === 'encounters.link') {
      const { encounter_id, links } = body as Bodies['encounters.link']
      if (encounter_id === record.id) for (const { participation_id, ...link } of links) Object.assign(at(participation_id) ?? {}, link, { called: null })
    } else if (name === 'encounters.unlink') {
      const { encounter_id, participation_id } = body as Bodies['encounters.unlink']
      if (encounter_id === record.id) Object.assign(at(participation_id) ?? {}, { person_id: null, called: null, certainty: 'sure' })
    }
  }
  return there
}
