// Referrals as screens show them: what this phone sent, what the server tells of it, and what was said here since. Pure.
// Loaded once there is any (store/load.ts).
import type { Bodies, ReferralBody } from '../contract/commands'
import type { PulledReferral, ReferralStatus } from '../contract/pull'
import { isBack, type Seen } from './back'
import { iso, stateOf } from './project'
import type { CommandRow, RecordRow } from './rows'
import type { AskedOf, LocalReferral, ReferralNews } from './types'

// As a server of before told of it, and as a phone of before sent it: what they lack is not known, or was not asked.
const NO_NEWS: ReferralNews = {
  decided_at: null, decline_reason: null, decline_text: null, proposed_unit_id: null, arrived_at: null, vehicle_sent_at: null, hold: null,
  held_until: null, arrive_by: null, appointment_at: null, appointment_note: null, answer: null, answer_text: null, ended_at: null, redirected_to_id: null,
}
const NOT_ASKED = {
  purpose: 'place', travel: null, vehicle_asked: false, trip_id: null, people: [], reasons: [], is_urgent: false, profile: [], with_cart: false,
  belongings: null, redirects_id: null, slip: false,
} satisfies Partial<ReferralBody>
const NEWS = Object.keys(NO_NEWS) as (keyof ReferralNews)[]

const askedOf = (told: Partial<AskedOf>): AskedOf => ({
  profile: told.profile ?? [], with_children: told.with_children ?? false, with_animals: told.with_animals ?? false, with_cart: told.with_cart ?? false,
  is_urgent: told.is_urgent ?? false, reasons: told.reasons ?? [],
})

/** A body of any version as one of the last. */
export const wholeReferral = (body: ReferralBody): ReferralBody => ({ ...NOT_ASKED, ...body })

const newsOf = (remote: Partial<PulledReferral> | undefined): ReferralNews =>
  ({ ...NO_NEWS, ...Object.fromEntries(NEWS.flatMap((key) => (remote?.[key] == null ? [] : [[key, remote[key]]]))) })

export interface Ground {
  rows: readonly RecordRow[]
  commands: readonly CommandRow[]
  pulled: readonly PulledReferral[]
  unitName: (id: string) => string | null
  seen: Seen
  now: number
}

export function referralsOf({ rows, commands, pulled, unitName, seen, now }: Ground): LocalReferral[] {
  const byId = new Map(commands.map((row) => [row.id, row]))
  const found = new Map<string, LocalReferral>()
  const remotes = new Map(pulled.map((body) => [body.id, body]))
  // A cancelling that was refused cancels nothing.
  const stands = new Set(commands.filter((row) => row.name === 'referrals.revoke' && row.state === 'needs_you').map((row) => row.record_id))
  const next = (unit_id: string | null | undefined): LocalReferral['next'] =>
    (unit_id ? { unit_id, name: unitName(unit_id), free_places: null, free_noted_at: null } : null)
  for (const row of rows) {
    if (row.type !== 'referral') continue
    const command = byId.get(row.command_id)
    const remote = remotes.get(row.id)
    remotes.delete(row.id)
    const body = wholeReferral(row.body)
    const { code, unit_id, encounter_id, visit_id, called, people_count, purpose, travel, vehicle_asked, trip_id, people, redirects_id } = body
    const told = command?.told
    found.set(row.id, {
      ...newsOf(remote ?? (told && { hold: told.hold, held_until: told.held_until })),
      // The server may have had to draw another code than this phone did.
      id: row.id, code: remote?.code ?? code, unit_id, unit_name: remote?.unit_name ?? unitName(unit_id), encounter_id, visit_id, called, people_count, purpose,
      travel: remote?.travel ?? travel, vehicle_asked: remote?.vehicle_asked ?? vehicle_asked, trip_id: remote?.trip_id ?? trip_id,
      redirected_from_id: remote?.redirected_from_id ?? redirects_id, people,
      occurred_at: row.occurred_at, state: stateOf(command, now), status: remote?.status ?? (row.status === 'withdrawn' && !stands.has(row.id) ? 'revoked' : told?.hold === 'granted' ? 'held' : 'sent'),
      next: told?.next && (!remote?.next_unit_id || remote.next_unit_id === told.next.unit_id) ? told.next : next(remote?.next_unit_id), ...(told?.why && { why: told.why }), stop: remote?.trip_order ?? null, unsent: false,
      command_id: row.command_id, receipt: command?.receipt ?? null, delivered_at: iso(command?.delivered_at ?? null),
      problem: command?.problem ?? null, body, asked: askedOf(body),
    })
  }
  for (const remote of remotes.values()) {
    const { id, code, unit_id, unit_name, encounter_id, visit_id, called, people_count, sent_at, status } = remote
    found.set(id, {
      ...newsOf(remote), id, code, unit_id, unit_name, encounter_id, visit_id, called, people_count, purpose: remote.purpose ?? 'place',
      travel: remote.travel ?? null, vehicle_asked: remote.vehicle_asked ?? false, trip_id: remote.trip_id ?? null,
      redirected_from_id: remote.redirected_from_id ?? null, people: remote.people ?? [],
      occurred_at: sent_at, state: 'remote', status, next: next(remote.next_unit_id), stop: remote.trip_order ?? null, unsent: false,
      command_id: null, receipt: null, delivered_at: null, problem: null, body: null, asked: askedOf(remote),
    })
  }
  // Of a server that tells the order of the stops nothing is left to add, once it has heard of the trip.
  lay(found, commands, seen, new Set(pulled.filter((body) => body.trip_order !== undefined).map((body) => body.id)))
  return [...found.values()].sort((a, b) => (a.occurred_at < b.occurred_at ? 1 : a.occurred_at > b.occurred_at ? -1 : 0))
}

const BEFORE_ARRIVAL: readonly ReferralStatus[] = ['sent', 'held', 'accepted', 'on_the_way']
const LEFT_OPEN: readonly ReferralStatus[] = [...BEFORE_ARRIVAL, 'declined', 'not_arrived']

// What was said here and has not come back by pull. What was refused stays in the outbox with its reason, and changes nothing.
function lay(found: Map<string, LocalReferral>, commands: readonly CommandRow[], seen: Seen, ordered: ReadonlySet<string>): void {
  for (const row of commands) {
    if (!/^referrals\.(?!send)/.test(row.name) || row.body === null || row.state === 'withdrawn' || row.state === 'needs_you') continue
    const unsent = row.state !== 'delivered'
    if (!unsent && isBack(row, seen)) {
      if (row.name === 'referrals.plan_trip') order(row.body as Bodies['referrals.plan_trip'], found, ordered)
      continue
    }
    if (row.name === 'referrals.plan_trip') {
      const trip = row.body as Bodies['referrals.plan_trip']
      order(trip, found)
      for (const id of trip.referral_ids) put(id, { travel: trip.travel, vehicle_asked: trip.vehicle_asked, unsent })
    } else if (row.name === 'referrals.set_out') {
      const { referral_id, travel } = row.body as Bodies['referrals.set_out']
      if (BEFORE_ARRIVAL.includes(found.get(referral_id)?.status ?? 'ended')) put(referral_id, { status: 'on_the_way', ...(travel ? { travel } : {}), unsent })
    } else if (row.name === 'referrals.tell_answer') {
      const { referral_id, status, reason, text } = row.body as Bodies['referrals.tell_answer']
      const at = status === 'arrived' ? { arrived_at: row.occurred_at } : status === 'ended' ? { ended_at: row.occurred_at, answer: reason as LocalReferral['answer'], answer_text: text }
        : status === 'declined' ? { decided_at: row.occurred_at, decline_reason: reason as LocalReferral['decline_reason'], decline_text: text } : { decided_at: row.occurred_at }
      const stays = status === 'accepted' && found.get(referral_id)?.status === 'on_the_way'
      put(referral_id, { status: stays ? 'on_the_way' : status, ...at, unsent })
    } else {
      put((row.body as Bodies['referrals.revoke']).referral_id, { status: 'revoked', unsent })
    }
  }
  // Last: whatever was said of the first, it has gone on.
  for (const one of found.values()) {
    const before = one.redirected_from_id ? found.get(one.redirected_from_id) : undefined
    const stands = one.state !== 'withdrawn' && one.state !== 'needs_you' && one.status !== 'revoked'
    if (before && stands && LEFT_OPEN.includes(before.status)) Object.assign(before, { status: 'redirected', redirected_to_id: one.id })
  }
  function put(id: string, changed: Partial<LocalReferral>): void {
    const one = found.get(id)
    if (one) Object.assign(one, changed)
  }
}

function order(trip: Bodies['referrals.plan_trip'], found: ReadonlyMap<string, LocalReferral>, but?: ReadonlySet<string>): void {
  trip.referral_ids.forEach((id, at) => {
    const one = but?.has(id) ? undefined : found.get(id)
    if (one) Object.assign(one, { trip_id: trip.trip_id, stop: at + 1 })
  })
}
