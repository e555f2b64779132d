// What the phone sends of flags has the shape of the committed examples, which the server's tests take in.
// VINCULO_WRITE_CONTRACT=1 writes them anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { complementFlag, raiseFlag, sayMistake, tellCall } from '../../src/actions/flag'
import type { OpenCommand } from '../../src/contract/commands'
import { instant } from '../../src/contract/ids'
import { noFacts, noWords } from '../../src/rules/flag'
import { allRows } from '../../src/store/sending'
import { toWire } from '../../src/store/wire'
import { closePhone, giveMe, openPhone } from '../make/phone'

const FOLDER = new URL('../../../tests/contract/', import.meta.url)
const NOW = Date.parse('2026-11-22T23:40:05.123Z')
const NAMES = ['protection.raise', 'protection.complement', 'protection.tell_call', 'protection.say_mistake'] as const
const made = new Map<string, OpenCommand>()

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  const handle = await openPhone()
  const vector = JSON.parse(readFileSync(new URL('seal_vector.json', FOLDER), 'utf8')) as { kid: string; public: string }
  await giveMe(handle, vector)
  const flag_id = '01a205a1-9483-754d-a512-375c81a6cbf1'
  const place = { source: 'gps' as const, lon: -35.2094, lat: -5.7945, accuracy_m: 12, point_id: null, text: null, reason: null, fixed_at: instant(NOW - 2000) }
  await raiseFlag({
    flag_id, source: 'alone', source_id: null, subject: 'unnamed', person_id: null, household_id: null, place, late_at: null, calls: [],
    facts: { ...noFacts(), age: 'age_18_59', sex: 'female', kinds: ['physical'], risk: 'danger_now', actions: ['stayed'], choices: { ligue_180: 'accepted' } },
    words: { called: 'Moça de casaco', seen: 'Marcas no braço', said: 'foi ele' },
  })
  await tellCall(flag_id, { recipient: 'ligue_180', number: '180', outcome: 'answered', who: 'Atendente', protocol: '2026/77', at: instant(NOW) })
  await complementFlag(flag_id, { risk: 'soon', kinds: ['psychological'], choices: { women_centre: 'later' }, words: { ...noWords(), seen: 'A filha chegou' } })
  await sayMistake(flag_id, 'not_it')
  for (const row of await allRows(handle)) made.set(row.name, toWire(row) as OpenCommand)
})
afterAll(closePhone)

function shape(value: unknown): unknown {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? [shape(value[0])] : []
  if (value === null || typeof value !== 'object') return typeof value === 'string' && value.startsWith('v1.') ? 'envelope' : 0
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inside]) => [name, shape(inside)]))
}

it.each(NAMES)('%s', (name) => {
  const file = new URL(`push_${name.replace('.', '_')}.json`, FOLDER)
  if (process.env['VINCULO_WRITE_CONTRACT']) {
    writeFileSync(file, `${JSON.stringify({ device_id: '0193a000-0000-7000-8000-00000000000d', sent_at: '2026-11-22T23:41:05.123Z', commands: [made.get(name)] }, null, 2)}\n`)
  }
  const { commands: [committed] } = JSON.parse(readFileSync(file, 'utf8')) as { commands: OpenCommand[] }
  expect(shape(made.get(name))).toEqual(shape(committed))
  expect(made.get(name)!.body).toEqual({ ...committed!.body, ...ofItsOwn(made.get(name)!.body) })
})

// Made anew each time: ids and what is sealed.
const ofItsOwn = (body: object): object => Object.fromEntries(Object.entries(body).filter(([name]) => ['complement_id', 'call_id', 'words'].includes(name)))
