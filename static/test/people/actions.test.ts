// What telling and linking write into the outbox, and what taking back takes out of it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordEncounter, undo } from '../../src/actions'
import { linkPeople, registerPerson, takeBack, tellPerson, unlinkPerson } from '../../src/actions/people'
import { describePresent } from '../../src/actions/present'
import { DraftRefused } from '../../src/rules/problems'
import { cardOf, cards, presentOf } from '../../src/store/people'
import { records } from '../../src/store/state'
import type { LocalEncounter } from '../../src/store/types'
import type { Handle } from '../../src/store/open'
import { allRows } from '../../src/store/sending'
import { emptyLane } from '../../src/sync/push'
import { closePhone, done, encounter, openPhone, server, sealPair, giveMe } from '../make/phone'

let handle: Handle
beforeEach(async () => { handle = await openPhone() })
afterEach(closePhone)

const rows = async (name: string) => (await allRows(handle)).filter((row) => row.name === name)
const someone = () => registerPerson({ called: '  Moça   do viaduto ', called_kind: 'alias', age_band: null, sex: null, region_id: null })
const nickname = (value: string) => ({ field: 'name.nickname', value, source: 'told' as const, certainty: 'sure' as const })
const met = async (count = 1) => {
  const { encounter_id, participation_ids } = await recordEncounter(encounter({ people_count: count }))
  return { encounter_id, participation_ids, record: () => records.value.find((one): one is LocalEncounter => one.id === encounter_id)! }
}
const push = async () => { server(done); await emptyLane(handle, 'normal', () => undefined) }

describe('telling', () => {
  it('waits for whoever made the person known', async () => {
    const id = await someone()
    await tellPerson(id, [nickname('Jô')])
    const [register] = await rows('people.register')
    const [tell] = await rows('people.tell')
    expect(tell!.after).toEqual([register!.id])
    expect(register!.body).toMatchObject({ called: 'Moça do viaduto' })
    expect(cardOf(id)).toMatchObject({ called: 'Jô', called_kind: 'nickname' })
  })
  it('takes no name of nothing, and none of more than 80 letters', async () => {
    const id = await someone()
    await expect(tellPerson(id, [nickname('   ')])).rejects.toThrow(DraftRefused)
    await expect(tellPerson(id, [nickname('x'.repeat(81))])).rejects.toThrow(DraftRefused)
  })
  it('goes on showing what was delivered until it comes back', async () => {
    await giveMe(handle, await sealPair())
    const id = await someone()
    await push()
    expect((await rows('people.register'))[0]!.state).toBe('delivered')
    expect(cards.value.map((card) => card.id)).toContain(id)
  })
})

describe('taking back', () => {
  it('what never left leaves the phone without a trace', async () => {
    const id = await someone()
    await tellPerson(id, [nickname('Jô'), nickname('Joca')])
    const told = cardOf(id)!.names.find((name) => name.value === 'Joca')!.id
    await takeBack(id, told, 'by_mistake', null)
    expect((await rows('people.tell'))[0]!.body).toMatchObject({ told: [{ value: 'Jô' }] })
    await takeBack(id, cardOf(id)!.names.find((name) => name.value === 'Jô')!.id, 'by_mistake', null)
    expect(await rows('people.tell')).toEqual([])
    expect(await rows('people.take_back')).toEqual([])
    expect(cardOf(id)!.called).toBe('Moça do viaduto')
  })
  it('what may have arrived is taken back with its reason', async () => {
    const id = await someone()
    await tellPerson(id, [nickname('Jô')])
    const told = cardOf(id)!.names.find((name) => name.value === 'Jô')!.id
    await push()
    await takeBack(id, told, 'other', '  confundi  ')
    expect((await rows('people.take_back'))[0]!.body).toEqual({ person_id: id, told_id: told, reason: 'other', reason_text: 'confundi' })
    expect(cardOf(id)!.called).toBe('Moça do viaduto')
  })
})

describe('who was there', () => {
  it('one known, one new, one nobody knows: one save, two commands that wait for the encounter', async () => {
    const known = await someone()
    const { encounter_id, participation_ids: [a, b], record } = await met(3)
    await linkPeople(encounter_id, [
      { participation_id: a!, person_id: known, certainty: 'sure', called: '', called_kind: 'nickname' },
      { participation_id: b!, person_id: null, certainty: 'sure', called: ' Seu  Zé ', called_kind: 'nickname' },
    ])
    const [recorded] = await rows('encounters.record')
    const [register] = await rows('people.register')
    const [link] = await rows('encounters.link')
    const [complete] = await rows('encounters.complete')
    expect(link!.after).toEqual([recorded!.id, register!.id])
    expect(complete!.after).toEqual([recorded!.id])
    expect(presentOf(record()).map((one) => one.called)).toEqual(['Moça do viaduto', 'Seu Zé', null])
    expect(cardOf(known)!.contacts.map((contact) => contact.id)).toEqual([encounter_id])
  })
  it('goes with the encounter when that is undone', async () => {
    const known = await someone()
    const { encounter_id, participation_ids: [a] } = await met()
    await linkPeople(encounter_id, [{ participation_id: a!, person_id: known, certainty: 'possible', called: '', called_kind: 'nickname' }])
    expect(await undo(encounter_id)).toBe(true)
    expect(await rows('encounters.link')).toEqual([])
    expect(await rows('people.register')).toHaveLength(1)
  })
  it('unlinked before it left, nothing is sent; afterwards a reason is', async () => {
    const known = await someone()
    const { encounter_id, participation_ids: [a], record } = await met()
    const link = { participation_id: a!, person_id: known, certainty: 'sure' as const, called: '', called_kind: 'nickname' as const }
    await linkPeople(encounter_id, [link])
    await unlinkPerson(encounter_id, a!, 'by_mistake')
    expect([await rows('encounters.link'), await rows('encounters.unlink')]).toEqual([[], []])
    await linkPeople(encounter_id, [link])
    await handle.db.put('commands', { ...(await rows('encounters.record'))[0]!, state: 'queued', held_until: null })
    await push()
    await unlinkPerson(encounter_id, a!, 'wrong_person')
    expect((await rows('encounters.unlink'))[0]!.body).toEqual({ encounter_id, participation_id: a, reason: 'wrong_person' })
    expect(presentOf(record())[0]).toMatchObject({ person_id: null, called: null })
  })
  it('an encounter begun from her page carries her', async () => {
    const known = await someone()
    await recordEncounter(encounter({ people_count: 2, people: [{ age_band: null, sex: null, person_id: known }] }))
    expect((await rows('encounters.record'))[0]!.body).toMatchObject({ people: [{ person_id: known, certainty: 'sure' }, {}] })
    expect(cardOf(known)!.contacts).toHaveLength(1)
  })
})

describe('how they looked', () => {
  it('is written into what has not left yet, which stays undoable', async () => {
    const { encounter_id, participation_ids: [a], record } = await met()
    const { encounter_id: same } = await describePresent(record(), new Map([[a!, { age_band: 'age_60_plus', sex: 'male' }]]))
    expect(same).toBe(encounter_id)
    expect((await rows('encounters.record'))[0]).toMatchObject({ state: 'held', body: { people: [{ participation_id: a, age_band: 'age_60_plus', sex: 'male' }] } })
    expect(await undo(encounter_id)).toBe(true)
  })
  it('corrects what has left, and says under which numbers its people are now', async () => {
    const { encounter_id, participation_ids: [a], record } = await met()
    await handle.db.put('commands', { ...(await rows('encounters.record'))[0]!, state: 'queued', held_until: null })
    await push()
    const { encounter_id: next, now } = await describePresent(record(), new Map([[a!, { age_band: null, sex: 'female' }]]))
    expect(next).not.toBe(encounter_id)
    const [correction] = await rows('encounters.correct')
    expect(correction!.body).toMatchObject({ replaces_id: encounter_id, people: [{ participation_id: now.get(a!), sex: 'female' }] })
  })
})
