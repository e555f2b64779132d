// What was saved here and has not come back by pull, laid over what has: families, agreed steps, joined records. Pure.
// Loaded once there is any of it (store/load.ts). Each step may meet its own result, so that nothing shows twice.
import type { Bodies, MemberBody } from '../contract/commands'
import type { Household, HouseholdMember, Task } from '../contract/pull'
import type { PulledRequest } from '../contract/requests'
import type { CommandRow } from './rows'
import type { LocalRecord } from './types'

// A refused one stays in the outbox with its reason; what it would have changed is not shown as changed.
function bodiesOf<N extends keyof Bodies>(rows: readonly CommandRow[], ...names: N[]): { row: CommandRow; name: N; body: Bodies[N] }[] {
  return rows
    .filter((row) => (names as string[]).includes(row.name) && row.body !== null && row.state !== 'withdrawn')
    .map((row) => ({ row, name: row.name as N, body: row.body as Bodies[N] }))
}

export interface Knowing { worker: { id: string; name: string } | null; called: (person_id: string | null, household_id: string | null) => string | null }

export function tasksOf(pulled: readonly Task[], rows: readonly CommandRow[], knowing: Knowing): Task[] {
  const found = new Map(pulled.map((task) => [task.id, task]))
  for (const { row, name, body } of bodiesOf(rows, 'tasks.agree', 'tasks.close')) {
    if (name === 'tasks.agree') {
      const { task_id, encounter_id: _, ...told } = body as Bodies['tasks.agree']
      if (found.has(task_id)) continue
      found.set(task_id, {
        id: task_id, ...told, called: knowing.called(told.person_id, told.household_id), author_name: knowing.worker?.name ?? '', status: 'open', closed_at: null,
      })
    } else if (row.state !== 'needs_you') {
      const { task_id, result } = body as Bodies['tasks.close']
      const task = found.get(task_id)
      if (task?.status === 'open') found.set(task_id, { ...task, status: result, closed_at: row.occurred_at })
    }
  }
  return [...found.values()]
}

// What was told of a request here counts here, whatever became of it: its page goes on from there.
export function requestsOf(pulled: readonly PulledRequest[], rows: readonly CommandRow[]): PulledRequest[] {
  const found = new Map(pulled.map((one) => [one.id, one]))
  const put = (id: string, changed: (one: PulledRequest) => Partial<PulledRequest>) => {
    const one = found.get(id)
    if (one) found.set(id, { ...one, ...changed(one) })
  }
  for (const { row, name, body } of bodiesOf(rows, 'outreach_requests.set_out', 'outreach_requests.arrive', 'outreach_requests.close')) {
    if (row.state === 'needs_you') continue
    // Delivered before it was sent to this team anew: that was another time.
    const sent = found.get(body.request_id)?.dispatched_at
    if (row.state === 'delivered' && sent && (row.delivered_at ?? 0) < Date.parse(sent)) continue
    if (name === 'outreach_requests.close') found.delete(body.request_id)
    else if (name === 'outreach_requests.arrive') put(body.request_id, (one) => ({ status: 'there', arrived_at: one.arrived_at ?? row.occurred_at }))
    else put(body.request_id, (one) => ({ status: one.status === 'dispatched' ? 'on_the_way' : one.status, set_out_at: one.set_out_at ?? row.occurred_at }))
  }
  return [...found.values()]
}

const memberOf = ({ member_id, not_person_id: _, ...told }: MemberBody): HouseholdMember => ({ id: member_id, ...told })

export function familiesOf(pulled: readonly Household[], rows: readonly CommandRow[]): Household[] {
  const found = new Map(pulled.map((home) => [home.id, home]))
  const gone = new Set<string>()
  const put = (id: string, changed: Partial<Household>) => {
    const home = found.get(id)
    if (home) found.set(id, { ...home, ...changed })
  }
  for (const { row, name, body } of bodiesOf(rows, 'people.open_household', 'people.change_household')) {
    if (name === 'people.open_household') {
      const { household_id: id, called, region_id, address_hint, members } = body as Bodies['people.open_household']
      if (found.has(id)) continue
      found.set(id, { id, called, region_id, address_hint, members: members.map(memberOf), last_visit_on: null, next_visit_on: null })
      continue
    }
    if (row.state === 'needs_you') continue
    const change = body as Bodies['people.change_household']
    const home = found.get(change.household_id)
    if (!home) continue
    switch (change.kind) {
      case 'corrected': case 'moved':
        put(home.id, {
          ...(change.called === null ? {} : { called: change.called }), ...(change.region_id === null ? {} : { region_id: change.region_id }),
          ...(change.address_hint === null ? {} : { address_hint: change.address_hint }),
        })
        break
      case 'member_came': case 'member_changed': {
        const member = change.member && memberOf(change.member)
        if (!member) break
        const here = home.members.some((each) => each.id === member.id)
        // One answers for the family at most.
        const rest = member.is_responsible ? home.members.map((each) => ({ ...each, is_responsible: false })) : home.members
        put(home.id, { members: here ? rest.map((each) => (each.id === member.id ? member : each)) : [...rest, member] })
        break
      }
      case 'member_left':
        put(home.id, { members: home.members.filter((each) => !change.member_ids.includes(each.id)) })
        break
      case 'divided': {
        const going = home.members.filter((each) => change.member_ids.includes(each.id))
        put(home.id, { members: home.members.filter((each) => !change.member_ids.includes(each.id)) })
        if (change.other_id && !found.has(change.other_id)) {
          found.set(change.other_id, {
            id: change.other_id, called: change.called ?? home.called, region_id: change.region_id ?? home.region_id,
            address_hint: change.address_hint ?? '', members: going, last_visit_on: null, next_visit_on: null,
          })
        }
        break
      }
      case 'joined': {
        const other = change.other_id ? found.get(change.other_id) : undefined
        if (!other) break
        const here = new Set(home.members.map((each) => each.id))
        put(home.id, { members: [...home.members, ...other.members.filter((each) => !here.has(each.id))] })
        gone.add(other.id)
        break
      }
      case 'closed':
        gone.add(home.id)
    }
  }
  return [...found.values()].filter((home) => !gone.has(home.id))
}

/** Records with the joins of this phone that the server has not told of yet. */
export function withJoins(records: LocalRecord[], rows: readonly CommandRow[]): LocalRecord[] {
  const joins = new Map<string, { id: string; kept_id: string }>() // by the joined one
  const undone = new Set<string>()
  for (const { row, name, body } of bodiesOf(rows, 'encounters.join', 'encounters.unjoin')) {
    if (row.state === 'needs_you') continue
    if (name === 'encounters.join') {
      const { join_id, kept_id, joined_id } = body as Bodies['encounters.join']
      joins.set(joined_id, { id: join_id, kept_id })
    } else {
      const { join_id } = body as Bodies['encounters.unjoin']
      undone.add(join_id)
      for (const [joined, join] of joins) if (join.id === join_id) joins.delete(joined)
    }
  }
  if (!joins.size && !undone.size) return records
  return records.map((record) => {
    if (record.type !== 'encounter') return record
    const join = joins.get(record.id)
    if (join && record.status === 'valid') return { ...record, status: 'joined', join }
    if (record.status === 'joined' && record.join && undone.has(record.join.id)) return { ...record, status: 'valid', join: null }
    return record
  })
}
