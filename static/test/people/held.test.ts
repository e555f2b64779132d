// What the phone holds, shows and forgets of people: nothing in clear, nothing of who may no longer be seen.
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeFamily, openFamily } from '../../src/actions/families'
import { registerPerson, searchCity, tellPerson } from '../../src/actions/people'
import { agreeTask } from '../../src/actions/tasks'
import { newId } from '../../src/contract/ids'
import type { Person } from '../../src/contract/pull'
import { PeopleIndex } from '../../src/rules/people-search'
import { saveDraft } from '../../src/store/drafts'
import { shut } from '../../src/store/locking'
import type { Handle } from '../../src/store/open'
import { cardOf, cards, visit, visitors } from '../../src/store/people'
import { applyPage } from '../../src/store/pulled'
import { sealDelivered } from '../../src/store/sending'
import { commandRows } from '../../src/store/load'
import { households, lock, people, tasks } from '../../src/store/state'
import { emptyLane } from '../../src/sync/push'
import { closePhone, done, giveMe, json, openPhone, page, sealPair, server } from '../make/phone'

let handle: Handle
beforeEach(async () => { handle = await openPhone(); await giveMe(handle, await sealPair()) })
afterEach(closePhone)
const AT = new Date().toISOString()
const person = (more: Partial<Person> = {}): Person => ({
  id: newId(), also: [], called: 'Bia', called_kind: 'nickname', names: [{ id: newId(), kind: 'nickname', value: more.called ?? 'Bia', source: 'told', certainty: 'sure' }], age_band: null, age: null, age_estimated: false, sex: null,
  region_id: null, near: null, first_met_at: AT, last_met_at: AT, contacts: [], told: {}, asked: [], follows: [], restricted: false, ...more,
})
const give = (...list: Person[]) => applyPage(handle, page({ changes: list.map((body) => ({ type: 'person', id: body.id, version: '1', body })) }), Date.now())
const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
const raw = async (): Promise<string> => {
  let all = ''
  for (const name of handle.raw.objectStoreNames) {
    for (const row of await handle.raw.getAll(name as never)) {
      all += JSON.stringify(row, (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value))
    }
  }
  return all
}

describe('held', () => {
  it('nothing new lies in clear on the disk: names, answers, families, steps, drafts, search', async () => {
    await give(person({ called: 'Plantada-1' }))
    const id = await registerPerson({ called: 'Plantada-2', called_kind: 'civil', age_band: null, sex: null, region_id: null })
    await tellPerson(id, [{ field: 'document.cpf', value: { state: 'has', number: '52998224725' }, source: 'document', certainty: 'sure' }, { field: 'complaint', value: 'Plantada-3', source: 'told', certainty: 'sure' }])
    const home = await openFamily({ called: 'Plantada-4', region_id: null, address_hint: 'Plantada-5', members: [] })
    await changeFamily(home, { kind: 'corrected', called: 'Plantada-6' })
    await agreeTask({ person_id: id, household_id: null, encounter_id: null, what: 'Plantada-7', due_on: day, due_time: null, place_text: 'Plantada-8', point_id: null, mine: true })
    await saveDraft('encounter', { note: 'Plantada-9' })
    server(json({ results: [person({ called: 'Plantada-10' })], more: false }))
    const answer = await searchCity('plantada')
    if (answer.kind === 'found') visit(answer.people[0]!)
    expect(answer.kind).toBe('found')
    server(done)
    await emptyLane(handle, 'normal', () => undefined)
    await sealDelivered(handle)
    const disk = await raw()
    expect(disk).not.toContain('Plantada')
    expect(disk).not.toContain('52998224725')
  })
  it('shut, nobody is in memory that screens read', async () => {
    await give(person())
    visit(person({ called: 'De longe' }))
    await agreeTask({ person_id: people.value[0]!.id, household_id: null, encounter_id: null, what: 'x', due_on: day, due_time: null, place_text: null, point_id: null, mine: true })
    shut(handle)
    lock.value = { key: handle.key, workers: [] }
    await new Promise((then) => setTimeout(then, 30))
    expect([people.value, cards.value, visitors.value, tasks.value, households.value, commandRows.value]).toEqual([[], [], [], [], [], []])
    lock.value = null
  })
  it('somebody forgotten (restricted) leaves no card, nor by an old number', async () => {
    const one = person({ also: [newId()] })
    await give(one)
    await applyPage(handle, page({ forget: [{ type: 'person', id: one.id }] }), Date.now())
    expect([cardOf(one.id), cardOf(one.also[0]!)]).toEqual([null, null])
  })
})

describe('search', () => {
  const NAMES = ['Maria da Silva', 'João de Souza', "Joana D'Ávila", 'Zé do Burro', 'Ana e Eva', 'Wellington', 'محمد علي', 'Seu Zé', 'É', '🙂 Bia', 'Çıra', 'O Alemão', 'Tio 51', 'Nina-Rosa', 'Marina das Dores']
  const index = new PeopleIndex()
  NAMES.forEach((name, at) => index.add({ id: String(at), names: [name], region_id: null, last_met_at: AT }))
  it.each(NAMES.map((name, at) => [name, String(at)]))('finds %s by the whole name', (name, id) => {
    expect(index.search(name).map((each) => each.id)).toContain(id)
  })
  it.each(NAMES.map((name, at) => [name, String(at)]))('goes on finding %s at each letter', (name, id) => {
    const letters = Array.from(name)
    const lost = letters.flatMap((_, n) => (n < 2 ? [] : [letters.slice(0, n + 1).join('')])).filter((typed) => !index.search(typed).some((each) => each.id === id))
    expect(lost).toEqual([])
  })
})

it.each(['families/event-sheet', 'people/take-back-sheet', 'tasks/task-screen'])('the sheet of %s, in which something is written or chosen, keeps the phone from shutting', (name) => {
  const source = readFileSync(new URL(`../../src/screens/${name}.tsx`, import.meta.url), 'utf8')
  expect(/openForm\(|\bquiet\b/.test(source)).toBe(true)
})

it('what is typed of a person, a family or a step is on the disk at each tap, as an encounter is', () => {
  const screens = ['people/new-person-screen', 'people/name-sheet', 'people/field-sheet', 'families/new-family-screen', 'families/event-sheet', 'tasks/agree-screen', 'encounter/follow-ups']
  expect(screens.filter((name) => !/saveDraft|useDraft/.test(readFileSync(new URL(`../../src/screens/${name}.tsx`, import.meta.url), 'utf8')))).toEqual([])
})

