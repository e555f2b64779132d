// What the phone sends of people has the shape of the committed examples, which the server's tests push.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { recordEncounter } from '../../src/actions'
import { linkPeople, registerPerson, takeBack, tellPerson, unlinkPerson } from '../../src/actions/people'
import type { OpenCommand } from '../../src/contract/commands'
import { cardOf } from '../../src/store/people'
import type { Handle } from '../../src/store/open'
import { allRows } from '../../src/store/sending'
import { toWire } from '../../src/store/wire'
import { emptyLane } from '../../src/sync/push'
import { closePhone, done, encounter, openPhone, server } from '../make/phone'

const NAMES = ['people.register', 'people.tell', 'people.take_back', 'encounters.link', 'encounters.unlink'] as const
let handle: Handle
const made = new Map<string, OpenCommand>()

beforeAll(async () => {
  handle = await openPhone()
  const id = await registerPerson({ called: 'Senhor do carrinho azul', called_kind: 'alias', age_band: 'age_60_plus', sex: 'male', region_id: null })
  await tellPerson(id, [{ field: 'name.nickname', value: 'Seu Zé 🛒', source: 'told', certainty: 'sure' }])
  const { encounter_id, participation_ids: [there] } = await recordEncounter(encounter())
  await linkPeople(encounter_id, [{ participation_id: there!, person_id: id, certainty: 'possible', called: '', called_kind: 'nickname' }])
  const keep = async () => { for (const row of await allRows(handle)) if (row.body && !made.has(row.name)) made.set(row.name, toWire(row) as OpenCommand) }
  await keep()
  const [held] = (await allRows(handle)).filter((row) => row.name === 'encounters.record')
  await handle.db.put('commands', { ...held!, state: 'queued', held_until: null })
  server(done)
  await emptyLane(handle, 'normal', () => undefined)
  await takeBack(id, cardOf(id)!.names.find((name) => name.kind === 'nickname')!.id, 'wrong_person', null)
  await unlinkPerson(encounter_id, there!, 'wrong_person')
  await keep()
})
afterAll(closePhone)

// Names of the fields, however deep; of a list, those of its first. What a field holds when it may hold anything is not looked at.
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? [shape(value[0])] : []
  if (value === null || typeof value !== 'object') return 0
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inside]) => [name, name === 'value' ? 0 : shape(inside)]))
}

it.each(NAMES)('%s', (name) => {
  const file = JSON.parse(readFileSync(new URL(`../../../tests/contract/push_${name.replace('.', '_')}.json`, import.meta.url), 'utf8')) as { commands: OpenCommand[] }
  expect(shape(made.get(name))).toEqual(shape(file.commands[0]))
})
