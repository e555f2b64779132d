// What was saved here, laid over what came by pull: agreed steps, families, joined records.
import { describe, expect, it } from 'vitest'
import type { Household, Task } from '../../src/contract/pull'
import type { Bodies, HouseholdChange } from '../../src/contract/commands'
import { familiesOf, tasksOf, withJoins } from '../../src/store/overlay'
import type { CommandRow } from '../../src/store/rows'
import type { LocalEncounter, LocalRecord } from '../../src/store/types'

let seq = 0
function row<N extends keyof Bodies>(name: N, body: Bodies[N] | null, state: CommandRow['state'] = 'queued'): CommandRow {
  seq += 1
  return {
    seq, id: `c${seq}`, name, version: 1, occurred_at: '2026-11-27T15:00:00.000Z', after: [], replaces: null, body, sealed: null, record_id: null,
    what: { key: 'x', values: {} }, urgent: false, state, lane: null, verdict: null, replaced_by: null, created_at: 0, held_until: null, tries: 0,
    last_try_at: null, next_try_at: null, problem: null, receipt: null, delivered_at: null,
  }
}
const knowing = { worker: { id: 'w', name: 'Ana' }, called: (person: string | null) => (person === 'p' ? 'Galego' : null) }
const agreed = (id: string): Bodies['tasks.agree'] => ({
  task_id: id, team_id: 't', person_id: 'p', household_id: null, encounter_id: null, what: 'Procurar de novo', due_on: '2026-11-28', due_time: null, place_text: null, point_id: null, assignee_id: null,
})
const pulled = (id: string, status: Task['status'] = 'open'): Task => ({
  id, team_id: 't', person_id: null, household_id: null, called: 'Rosa', what: 'Levar à UBS', due_on: '2026-11-27', due_time: null, place_text: null, point_id: null,
  assignee_id: null, author_name: 'Bia', status, closed_at: null,
})

describe('agreed steps', () => {
  it('one agreed here is there at once, by what the person is called', () => {
    expect(tasksOf([], [row('tasks.agree', agreed('a'))], knowing)).toMatchObject([{ id: 'a', called: 'Galego', author_name: 'Ana', status: 'open' }])
  })
  it('one closed here is closed before the server has heard of it, whoever agreed it', () => {
    const rows = [row('tasks.agree', agreed('a')), row('tasks.close', { task_id: 'a', result: 'done', text: null }), row('tasks.close', { task_id: 'b', result: 'not_found', text: null })]
    expect(tasksOf([pulled('b')], rows, knowing).map((task) => [task.id, task.status])).toEqual([['b', 'not_found'], ['a', 'done']])
  })
  it('a refused answer leaves it open, a refused agreement stays in sight, one given up goes', () => {
    const rows = [row('tasks.close', { task_id: 'b', result: 'done', text: null }, 'needs_you'), row('tasks.agree', agreed('a'), 'needs_you'), row('tasks.agree', agreed('c'), 'withdrawn')]
    expect(tasksOf([pulled('b')], rows, knowing).map((task) => [task.id, task.status])).toEqual([['b', 'open'], ['a', 'open']])
  })
  it('what the server has closed stays closed, and what it has comes once', () => {
    const rows = [row('tasks.agree', agreed('b'), 'delivered'), row('tasks.close', { task_id: 'b', result: 'done', text: null })]
    expect(tasksOf([pulled('b', 'cancelled')], rows, knowing)).toMatchObject([{ id: 'b', status: 'cancelled', called: 'Rosa' }])
  })
})

const member = (id: string, kind: 'child' | 'pregnant' | 'adult' = 'adult') => ({ id, called: id, kind, birth_on: null, due_on: null, is_responsible: false, person_id: null })
const home = (id: string, members = [member('m1'), member('m2')]): Household => ({ id, called: id, region_id: 'r', address_hint: 'casa azul', members, last_visit_on: null, next_visit_on: null })
const change = (change: Partial<HouseholdChange>): HouseholdChange => ({
  household_id: 'h', event_id: 'e', kind: 'corrected', called: null, region_id: null, address_hint: null, member: null, member_ids: [], other_id: null, reason: null, ...change,
})
const after = (rows: CommandRow[], pulled: Household[] = [home('h')]) => familiesOf(pulled, rows)
const told = (id: string, kind: 'child' | 'adult' = 'child') => ({ member_id: id, called: id, kind, birth_on: null, due_on: null, is_responsible: false, person_id: null })

describe('families', () => {
  it('a new one is there with its members, and changes of it follow', () => {
    const rows = [
      row('people.open_household', { household_id: 'n', called: 'Nova', team_id: null, region_id: null, address_hint: null, members: [told('a')] }),
      row('people.change_household', change({ household_id: 'n', kind: 'member_came', member: told('b') })),
    ]
    expect(after(rows).map((each) => [each.id, each.members.length])).toEqual([['h', 2], ['n', 2]])
  })
  it('what is null stays as it is', () => {
    expect(after([row('people.change_household', change({ kind: 'moved', address_hint: 'rua de cima' }))])[0]).toMatchObject({ called: 'h', region_id: 'r', address_hint: 'rua de cima' })
  })
  it('who comes, changes and leaves', () => {
    const rows = [
      row('people.change_household', change({ kind: 'member_came', member: told('baby') })),
      row('people.change_household', change({ kind: 'member_changed', member: { ...told('m1', 'adult'), called: 'Maria' } })),
      row('people.change_household', change({ kind: 'member_left', member_ids: ['m2'], reason: 'mudou' })),
    ]
    expect(after(rows)[0]!.members.map((each) => each.called)).toEqual(['Maria', 'baby'])
    // The same again, as when the pull has brought it already.
    expect(after(rows, after(rows))[0]!.members.map((each) => each.called)).toEqual(['Maria', 'baby'])
  })
  it('divides in two, joins into one, closes', () => {
    const divided = [row('people.change_household', change({ kind: 'divided', member_ids: ['m2'], other_id: 'x', called: 'Filha', address_hint: 'fundos' }))]
    expect(after(divided).map((each) => [each.called, each.members.map((one) => one.id)])).toEqual([['h', ['m1']], ['Filha', ['m2']]])
    const joined = [row('people.change_household', change({ kind: 'joined', other_id: 'o' }))]
    expect(after(joined, [home('h'), home('o', [member('m3')])]).map((each) => [each.id, each.members.length])).toEqual([['h', 3]])
    expect(after([row('people.change_household', change({ kind: 'closed' }))])).toEqual([])
  })
  it('a refused change is not shown as changed, nor one whose body is sealed', () => {
    const rows = [row('people.change_household', change({ kind: 'closed' }), 'needs_you'), row('people.change_household', null, 'delivered')]
    expect(after(rows)).toHaveLength(1)
  })
})

const record = (id: string, status: LocalEncounter['status'] = 'valid', join: LocalEncounter['join'] = null): LocalRecord => ({
  id, type: 'encounter', occurred_at: '2026-11-27T15:00:00.000Z', state: 'remote', status, command_id: null, held_until: null, receipt: null, delivered_at: null,
  problem: null, place_label: null, replaces_id: null, mine: false, body: null, remote: null, join,
})

describe('joined records', () => {
  const joining = row('encounters.join', { join_id: 'j', kept_id: 'a', joined_id: 'b' })
  it('counts in the other at once; parted again, both stand', () => {
    expect(withJoins([record('a'), record('b')], [joining]).map((each) => each.status)).toEqual(['valid', 'joined'])
    expect(withJoins([record('a'), record('b')], [joining, row('encounters.unjoin', { join_id: 'j' })]).map((each) => each.status)).toEqual(['valid', 'valid'])
  })
  it('parts what the server has joined, and leaves alone what it refused to join', () => {
    const known = [record('a'), record('b', 'joined', { id: 'j', kept_id: 'a' })]
    expect(withJoins(known, [row('encounters.unjoin', { join_id: 'j' })]).map((each) => each.status)).toEqual(['valid', 'valid'])
    expect(withJoins([record('a'), record('b')], [{ ...joining, state: 'needs_you' }]).map((each) => each.status)).toEqual(['valid', 'valid'])
  })
})
