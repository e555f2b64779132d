// From what the server lists and what this phone saved and has not heard back of, to the cards that screens show. Pure.
import type { Bodies, CommandName } from '../contract/commands'
import { uuidTime } from '../contract/ids'
import type { Person } from '../contract/pull'
import type { AgeBand, CalledKind, EncounterOutcome, Sex } from '../contract/terms'

export interface Card extends Person {
  unsent: ReadonlySet<string> // ids of what was told here and has not come back: names, fields, the person herself
  facts: Record<string, string> // field → told_id of what this phone told of it
}

export interface Saved { id: string; name: CommandName; occurred_at: string; body: unknown }
/** Who was there, of the records that the phone holds. */
export interface Met {
  id: string; at: string; outcome: EncounterOutcome | null; near: string | null; region_id: string | null
  people: readonly { participation_id: string; age_band: AgeBand | null; sex: Sex | null; person_id?: string | null }[]
}

const ORDER: readonly CalledKind[] = ['social', 'nickname', 'civil', 'alias']
type Name = Person['names'][number]

/** When a name was told, in ms; null of an id that does not say it. */
export const toldAt = (id: string): number | null => (id[14] === '7' ? uuidTime(id) : null)

/** What she is called: social name, nickname, civil name, description; of one kind the first listed, which counts. */
export function calledOf(names: readonly Name[]): { called: string; called_kind: CalledKind } | null {
  for (const kind of ORDER) {
    const counts = names.find((name) => name.kind === kind)
    if (counts) return { called: counts.value, called_kind: kind }
  }
  return null
}

/** `onPhone`: the fields whose answers a phone may hold (the ficha says so); of the others it shows only that they were asked. */
export function cardsOf(pulled: readonly Person[], saved: readonly Saved[], met: readonly Met[], onPhone: ReadonlySet<string> = NONE): Card[] {
  const cards = new Map<string, Card>()
  const owner = new Map<string, string>()
  const copied = new Set<string>()
  // Found to be one with another who is listed too (between two pages of a pull): hers is the card.
  const absorbed = new Set(pulled.flatMap((person) => person.also ?? []))
  for (const person of pulled) {
    if (absorbed.has(person.id)) continue
    cards.set(person.id, { ...whole(person), unsent: NONE, facts: {} })
    for (const id of [person.id, ...person.also ?? []]) owner.set(id, person.id)
  }
  // A card is copied when first changed: the pulled body stays as it came.
  const card = (id: string): Card | null => {
    const at = owner.get(id) ?? id
    const found = cards.get(at)
    if (!found || copied.has(at)) return found ?? null
    const own = { ...found, names: [...found.names], contacts: [...found.contacts], told: { ...found.told }, asked: [...found.asked], unsent: new Set(found.unsent), facts: {} }
    copied.add(at)
    cards.set(at, own)
    return own
  }
  const name = (of: Card, told: Name): void => {
    if (of.names.some((known) => known.id === told.id)) return
    // As the server lists them: the highest kind first, within a kind what counts, which is what was told last.
    const told_at = toldAt(told.id) ?? 0
    const at = of.names.findIndex((known) => known.kind === told.kind && (toldAt(known.id) ?? 0) <= told_at)
    of.names.splice(at < 0 ? of.names.length : at, 0, told)
    of.names.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    ;(of.unsent as Set<string>).add(told.id)
    const called = calledOf(of.names)
    // What is listed may hide a civil name under a social one, never the one that counts: only a higher step changes it.
    if (called && ORDER.indexOf(called.called_kind) <= ORDER.indexOf(of.called_kind)) Object.assign(of, called)
  }
  const begin = (id: string, first: { called: string; called_kind: CalledKind; age_band: AgeBand | null; sex: Sex | null; region_id: string | null }, at: string): void => {
    const known = card(id)
    const told: Name = { id, kind: first.called_kind, value: first.called, source: 'told', certainty: 'sure' }
    if (known) {
      if (!known.names.some((one) => one.value === first.called && one.kind === first.called_kind)) name(known, told)
      return
    }
    cards.set(id, {
      id, also: [], called: first.called, called_kind: first.called_kind, names: [told], age_band: first.age_band, age: null, age_estimated: false, sex: first.sex,
      region_id: first.region_id, near: null, first_met_at: at, last_met_at: at, contacts: [], told: {}, asked: [], follows: [], restricted: false,
      unsent: new Set([id]), facts: {},
    })
    owner.set(id, id)
    copied.add(id)
  }
  const meet = (id: string, where: Met): void => {
    const of = card(id)
    if (!of || of.contacts.some((contact) => contact.id === where.id)) return
    of.contacts.unshift({ id: where.id, at: where.at, kind: 'encounter', outcome: where.outcome, near: where.near, by: null })
    of.contacts.sort((a, b) => (a.at < b.at ? 1 : -1))
    if (where.at > of.last_met_at) Object.assign(of, { last_met_at: where.at, near: where.near, region_id: where.region_id ?? of.region_id })
  }
  // It was somebody else: her page tells of that meeting no longer.
  const part = (encounter_id: string, participation_id: string): void => {
    const id = linked.get(`${encounter_id} ${participation_id}`)
    linked.delete(`${encounter_id} ${participation_id}`)
    const of = id === undefined ? null : card(id)
    if (!of || [...linked].some(([where, person]) => person === id && where.startsWith(`${encounter_id} `))) return
    const was = of.contacts.find((contact) => contact.id === encounter_id)
    of.contacts = of.contacts.filter((contact) => contact !== was)
    const last = of.contacts[0]
    if (last && was?.at === of.last_met_at) Object.assign(of, { last_met_at: last.at, near: last.near })
  }
  const records = new Map(met.map((each) => [each.id, each]))
  // Who is known by it first: a registration may have been made for what was told before (store/unsaving.ts).
  const linked = new Map(met.flatMap(({ id, people }) => people.flatMap((one) => (one.person_id ? [[`${id} ${one.participation_id}`, one.person_id] as const] : []))))
  for (const each of saved) if (each.name === 'people.register') apply(each)
  for (const each of saved) if (each.name !== 'people.register') apply(each)
  return [...cards.values()].map(shown)

  function apply({ name: verb, occurred_at, body }: Saved): void {
    if (verb === 'people.register') {
      const told = body as Bodies['people.register']
      begin(told.person_id, told, occurred_at)
    } else if (verb === 'encounters.complete') {
      const { encounter_id, names } = body as Bodies['encounters.complete']
      const where = records.get(encounter_id)
      for (const told of names) {
        const there = where?.people.find((one) => one.participation_id === told.participation_id)
        begin(told.person_id, { ...told, age_band: there?.age_band ?? null, sex: there?.sex ?? null, region_id: where?.region_id ?? null }, where?.at ?? occurred_at)
        linked.set(`${encounter_id} ${told.participation_id}`, told.person_id)
        if (where) meet(told.person_id, where)
      }
    } else if (verb === 'people.tell') {
      const { person_id, told } = body as Bodies['people.tell']
      const of = card(person_id)
      if (!of) return
      for (const one of told) {
        const kind = one.field.startsWith('name.') ? (one.field.slice(5) as CalledKind) : null
        if (kind) name(of, { id: one.told_id, kind, value: String(one.value), source: one.source, certainty: one.certainty })
        else if (onPhone.has(one.field)) of.told[one.field] = one.value
        if (!of.asked.includes(one.field)) of.asked.push(one.field)
        if (kind) continue
        of.facts[one.field] = one.told_id
        ;(of.unsent as Set<string>).add(one.told_id)
      }
    } else if (verb === 'people.take_back') {
      const { person_id, told_id } = body as Bodies['people.take_back']
      const of = card(person_id)
      if (!of) return
      const at = of.names.findIndex((one) => one.id === told_id)
      if (at >= 0 && of.names.length > 1) {
        of.names.splice(at, 1)
        Object.assign(of, calledOf(of.names))
      }
      for (const [field, id] of Object.entries(of.facts)) {
        if (id !== told_id) continue
        delete of.facts[field]
        delete of.told[field]
        of.asked = of.asked.filter((one) => one !== field)
      }
    } else if (verb === 'encounters.link') {
      const { encounter_id, links } = body as Bodies['encounters.link']
      const where = records.get(encounter_id)
      for (const link of links) {
        if (link.certainty !== 'sure') continue
        linked.set(`${encounter_id} ${link.participation_id}`, link.person_id)
        if (where) meet(link.person_id, where)
      }
    } else if (verb === 'encounters.unlink') {
      const { encounter_id, participation_id } = body as Bodies['encounters.unlink']
      part(encounter_id, participation_id)
    } else if (verb === 'encounters.record') {
      const { encounter_id, people } = body as Bodies['encounters.record']
      const where = records.get(encounter_id)
      for (const one of people) {
        if (!one.person_id || one.certainty === 'possible') continue
        linked.set(`${encounter_id} ${one.participation_id}`, one.person_id)
        if (where) meet(one.person_id, where)
      }
    }
  }
}

const NONE: ReadonlySet<string> = new Set()

// What an older version listed lies on the phone until it comes anew.
function whole(person: Person): Person {
  if (person.names?.length) return person
  const names: Name[] = [{ id: person.id, kind: person.called_kind, value: person.called, source: 'told', certainty: 'sure' }]
  const old: Partial<Person> = person
  return {
    also: [], age: null, age_estimated: false, near: null, first_met_at: person.last_met_at, contacts: [], told: {}, asked: [], follows: [], restricted: false, ...old, names,
  } as Person
}

// Where a social name stands, the civil name is shown in no phone: not even in the one that wrote it.
function shown(card: Card): Card {
  if (!card.names.some((name) => name.kind === 'social') || !card.names.some((name) => name.kind === 'civil')) return card
  return { ...card, names: card.names.filter((name) => name.kind !== 'civil') }
}
