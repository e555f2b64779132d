// What the phone makes of families, agreed steps, offers and joins has the very shape of the committed examples, which the
// server's tests push.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { recordEncounter } from '../../src/actions'
import { changeFamily, noteBirth, openFamily } from '../../src/actions/families'
import { recordOffers } from '../../src/actions/offers'
import { joinEncounters, partEncounters } from '../../src/actions/same-encounter'
import { agreeTask, closeTask } from '../../src/actions/tasks'
import { dayOf } from '../../src/rules/days'
import type { Handle } from '../../src/store/open'
import type { CommandRow } from '../../src/store/rows'
import { households, records, tasks } from '../../src/store/state'
import { closePhone, encounter, giveMe, openPhone, sealPair } from '../make/phone'

let handle: Handle
let rows: CommandRow[] = []
const nobody = { person_id: null, household_id: null, encounter_id: null }
const member = { member_id: null, called: 'Rosa', kind: 'pregnant' as const, birth_on: null, due_on: dayOf(Date.now() + 40 * 86_400_000), is_responsible: true, person_id: null }

beforeAll(async () => {
  handle = await openPhone()
  await giveMe(handle, await sealPair())
  await import('../../src/store/overlay')
  const first = await recordEncounter(encounter())
  const second = await recordEncounter(encounter())
  await recordOffers(first.encounter_id, [{ participation_id: first.participation_ids[0]!, kind: 'overnight', answer: 'unavailable', reason: 'no_vacancy' }])
  const [a, b] = [first, second].map((one) => records.value.find((each) => each.id === one.encounter_id)!)
  const { join_id } = await joinEncounters(a!, b!)
  const home = await openFamily({ called: 'Família de Rosa', region_id: null, address_hint: 'casa azul', members: [member] })
  await vi.waitFor(() => expect(households.value).toHaveLength(1))
  await noteBirth(home, households.value[0]!.members[0]!, { ...member, called: 'Davi', kind: 'child', birth_on: dayOf(Date.now()), due_on: null, is_responsible: false })
  const { task_id } = await agreeTask({ ...nobody, household_id: home, what: 'Levar à UBS', due_on: dayOf(Date.now()), due_time: '14:30', place_text: 'no portão', point_id: null, mine: true })
  await closeTask(tasks.value.find((task) => task.id === task_id)!, 'moved', 'choveu', { due_on: dayOf(Date.now() + 86_400_000), due_time: null })
  rows = await handle.db.getAll('commands')
  // It never left: parted by taking it out. As if it had gone, it is undone.
  const joining = rows.find((row) => row.name === 'encounters.join')!
  await handle.db.put('commands', { ...joining, state: 'queued', tries: 1 })
  await changeFamily(home, { kind: 'moved', address_hint: '', region_id: 'r' })
  await partEncounters(join_id, b!.id)
  rows = await handle.db.getAll('commands')
})
afterAll(closePhone)

type Shape = string | Shape[] | { [name: string]: Shape }
/** Names and kinds; null and a word are one kind, because what is null in one example is told in another. */
function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return value.length ? [shapeOf(value[0])] : []
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).sort().map(([name, inside]) => [name, shapeOf(inside)]))
  return typeof value === 'boolean' || typeof value === 'number' ? typeof value : 'word'
}
const example = (name: string): { body: Record<string, unknown> } =>
  JSON.parse(readFileSync(new URL(`../../../tests/contract/push_${name.replace('.', '_')}.json`, import.meta.url), 'utf8')).commands[0]

describe('what the phone makes', () => {
  it.each(['encounters.offer', 'encounters.join', 'encounters.unjoin', 'people.open_household', 'tasks.agree', 'tasks.close'] as const)('%s has the shape of the example', (name) => {
    expect(shapeOf(rows.find((row) => row.name === name)!.body)).toEqual(shapeOf(example(name).body))
  })
  it('people.change_household has the fields of the example, of the member too', () => {
    const [came] = rows.filter((row) => row.name === 'people.change_household')
    const theirs = example('people.change_household').body
    expect(Object.keys(came!.body as object).sort()).toEqual(Object.keys(theirs).sort())
    expect(Object.keys((came!.body as { member: object }).member).sort()).toEqual(Object.keys(theirs['member'] as object).sort())
  })
  it('goes after what it needs: a birth after the family, an answer after what was agreed; one moved goes by itself', () => {
    const id = (name: string, at = 0) => rows.filter((row) => row.name === name)[at]!
    expect(id('people.change_household').after).toEqual([id('people.open_household').id])
    expect(id('people.change_household', 1).after).toContain(id('people.change_household').id)
    expect(id('tasks.agree').after).toContain(id('people.open_household').id)
    expect(id('tasks.close').after).toEqual([id('tasks.agree').id])
    expect(id('tasks.agree', 1).after).not.toContain(id('tasks.close').id) // a colleague may have closed it first
    expect(id('encounters.join').after).toEqual([id('encounters.record').id, id('encounters.record', 1).id])
    expect(id('encounters.unjoin').after).toEqual([id('encounters.join').id])
    expect(id('encounters.offer').after).toEqual([id('encounters.record').id])
  })
  it('moved to where nobody knows, the old address is not kept', () => {
    expect(rows.filter((row) => row.name === 'people.change_household').at(-1)!.body).toMatchObject({ kind: 'moved', address_hint: '', region_id: 'r' })
  })
})
