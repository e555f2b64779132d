// What one saved command stands on another for: the record it speaks of, the people it names. Pure.
import type { Bodies, RegisterBody } from '../contract/commands'
import type { Person } from '../contract/pull'
import type { CommandRow } from './rows'

type Any = Record<string, unknown>
type Names = Bodies['encounters.complete']['names']

export const isOver = (row: CommandRow): boolean => row.state === 'delivered' || row.state === 'withdrawn'

/** Every `person_id` in a body, however deep. */
export function personsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(personsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => (key === 'person_id' ? (typeof each === 'string' ? [each] : []) : personsIn(each)))
}

/** Whom a command makes known to the server. */
export function madeBy(row: CommandRow): string[] {
  if (row.name === 'people.register') return personsIn(row.body)
  return row.name === 'encounters.complete' ? ((row.body as Bodies['encounters.complete'] | null)?.names ?? []).map((name) => name.person_id) : []
}

/** Of these people those whom nothing makes known: not on the server's list, in no command that is there or still goes. */
export function unknownOf(ids: readonly string[], rows: readonly CommandRow[], people: readonly Person[]): Set<string> {
  const known = new Set(people.flatMap((person) => [person.id, ...person.also ?? []]))
  for (const row of rows) if (row.state !== 'withdrawn') for (const id of madeBy(row)) known.add(id)
  return new Set(ids.filter((id) => !known.has(id)))
}

/** A trip of nobody but these. */
export const isOnly = (row: CommandRow, ids: ReadonlySet<string | null>): boolean =>
  row.name === 'referrals.plan_trip' && row.body !== null && (row.body as Bodies['referrals.plan_trip']).referral_ids.every((id) => ids.has(id))

const RECORDS = /^(encounters|home_visits)\.(record|correct)$|^encounters\.join$|^tasks\.agree$|^referrals\.send$/

/** It says something of the record that the other makes, and means nothing without it. */
export function speaksOf(row: CommandRow, made: CommandRow): boolean {
  if (!RECORDS.test(made.name) || made.record_id === null) return false
  if (row.record_id === made.record_id) return true
  if (row.name === 'tasks.agree' || row.body === null) return false
  const body = row.body as Any
  if (row.name === 'referrals.plan_trip') return isOnly(row, new Set([made.record_id]))
  return ['encounter_id', 'visit_id', 'kept_id', 'joined_id', 'replaces_id'].some((key) => body[key] === made.record_id)
}

/** A body that speaks no more of records that are gone, though it means something without them. */
export function freedOf(row: CommandRow, gone: ReadonlySet<string | null>, made: readonly CommandRow[] = []): unknown {
  if (row.body === null) return row.body
  const body = row.body as Any
  if (row.name === 'tasks.agree' && gone.has(body['encounter_id'] as string)) return { ...body, encounter_id: null }
  if (row.name === 'referrals.send' && gone.has(body['redirects_id'] as string)) return { ...body, redirects_id: before(body['redirects_id'] as string, gone, made) }
  if (row.name === 'referrals.plan_trip') return { ...body, referral_ids: (body['referral_ids'] as string[]).filter((id) => !gone.has(id)) }
  return body
}

// The chain goes on from where the one that is gone had taken it on.
function before(id: string, gone: ReadonlySet<string | null>, made: readonly CommandRow[]): string | null {
  const of = made.find((row) => row.name === 'referrals.send' && row.record_id === id)?.body as Bodies['referrals.send'] | null | undefined
  const earlier = of?.redirects_id ?? null
  return earlier !== null && gone.has(earlier) ? before(earlier, gone, made) : earlier
}

/** Later work on a family for which this change must stand: a visit to the new family of a division, say. */
export function needsChange(row: CommandRow, made: CommandRow): boolean {
  if (made.name !== 'people.change_household' || made.body === null) return false
  const change = made.body as Bodies['people.change_household']
  if (change.kind === 'joined') return true
  const text = JSON.stringify(row.body)
  return [change.other_id, change.kind === 'member_came' ? change.member?.member_id : null].some((id) => id && text.includes(id))
}

/** A body without the people who never came to be known. */
export function withoutPeople(row: CommandRow, lost: ReadonlySet<string>): unknown {
  if (row.body === null || !lost.size || /^people\.(register|tell|take_back)$/.test(row.name)) return row.body
  const body = { ...(row.body as Any) }
  const isLost = (one: Any | null): boolean => typeof one?.['person_id'] === 'string' && lost.has(one['person_id'])
  const nobody = (one: Any): Any => (isLost(one) ? { ...one, person_id: null } : one)
  const list = (key: string): Any[] => body[key] as Any[]
  if (body['links']) body['links'] = list('links').filter((one) => !isLost(one))
  if (body['members']) body['members'] = list('members').map(nobody)
  if (body['member']) body['member'] = nobody(body['member'] as Any)
  if (body['people']) body['people'] = list('people').map((one) => (isLost(one) ? (({ person_id: _, certainty: __, ...rest }) => rest)(one) : one))
  return nobody(body)
}

/** Somebody named in a record that is no more, as somebody told of by herself. */
export function asRegistered(name: Names[number], record: CommandRow | undefined): RegisterBody {
  const { person_id, called, called_kind, participation_id } = name
  const there = (record?.body as Bodies['encounters.record'] | null | undefined)?.people.find((one) => one.participation_id === participation_id)
  return { person_id, called, called_kind, age_band: there?.age_band ?? null, sex: there?.sex ?? null, region_id: null }
}
