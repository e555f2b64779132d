// One day of people on the phone: named, linked, corrected, taken back, moved, refused.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { correctEncounter, encounterDraftOf, recordEncounter } from '../../src/actions'
import { changeFamily, openFamily } from '../../src/actions/families'
import { linkPeople, registerPerson, unlinkPerson } from '../../src/actions/people'
import { newId } from '../../src/contract/ids'
import type { Person, PulledEncounter } from '../../src/contract/pull'
import { change, draftOf, encounterInput } from '../../src/screens/encounter/draft'
import { offersToSend } from '../../src/screens/encounter/offers'
import { presentOf as presentForSteps } from '../../src/screens/encounter/present'
import type { Handle } from '../../src/store/open'
import { presentOf } from '../../src/store/people'
import { applyPage } from '../../src/store/pulled'
import { allRows } from '../../src/store/sending'
import { households, me, records } from '../../src/store/state'
import type { LocalEncounter } from '../../src/store/types'
import { emptyLane } from '../../src/sync/push'
import { closePhone, done, encounter, giveMe, openPhone, page, sealPair, server, TEAM } from '../make/phone'

let handle: Handle
beforeEach(async () => { handle = await openPhone(); await giveMe(handle, await sealPair()) })
afterEach(closePhone)

const rows = async (name: string) => (await allRows(handle)).filter((row) => row.name === name)
const someone = (called = 'Seu Zé') => registerPerson({ called, called_kind: 'nickname', age_band: null, sex: null, region_id: null })
const letGo = async () => { for (const row of await allRows(handle)) if (row.state === 'held') await handle.db.put('commands', { ...row, state: 'queued', held_until: null }) }
const push = async () => { await letGo(); server(done); await emptyLane(handle, 'normal', () => undefined) }
const recordOf = (id: string) => records.value.find((one): one is LocalEncounter => one.id === id && one.type === 'encounter')!
const AT = new Date().toISOString()
const pulledPerson = (id: string, more: Partial<Person> = {}): Person => ({
  id, also: [], called: 'Bia', called_kind: 'nickname', names: [{ id: newId(), kind: 'nickname', value: 'Bia', source: 'told', certainty: 'sure' }], age_band: null, age: null, age_estimated: false, sex: null,
  region_id: null, near: null, first_met_at: AT, last_met_at: AT, contacts: [], told: {}, asked: [], follows: [], restricted: false, ...more,
})
const give = (...people: Person[]) => applyPage(handle, page({ changes: people.map((body) => ({ type: 'person', id: body.id, version: '1', body })) }), Date.now())
const READING = { status: 'off' } as never

describe('correcting the count', () => {
  it('says which of those present stay: the server can follow only by their numbers', async () => {
    const { encounter_id, participation_ids } = await recordEncounter(encounter({
      people_count: 2, people: [{ age_band: 'age_0_12', sex: null }, { age_band: 'age_18_59', sex: null }],
    }))
    const child = await someone('Bia')
    const mother = await someone('Rosa')
    await linkPeople(encounter_id, [child, mother].map((person_id, at) => ({ participation_id: participation_ids[at]!, person_id, certainty: 'sure' as const, called: '', called_kind: 'nickname' as const })))
    await push()
    // The child was counted by mistake: the form takes her out.
    let draft = draftOf(encounter_id, AT, encounterDraftOf(encounter_id)!)
    draft = change(draft, { tap: 'band', band: 'age_0_12', to: 0 })
    draft = change(draft, { tap: 'count', to: 1 })
    const input = encounterInput(draft, READING, Date.now())
    expect(input.people.map((one) => one.participation_id)).toEqual([participation_ids[1]]) // the form knows who stays …
    await correctEncounter(encounter_id, input, null)
    const body = (await rows('encounters.correct'))[0]!.body as { people: { participation_id: string }[] }
    expect(body.people.map((one) => one.participation_id)).toEqual([participation_ids[1]]) // … and the command should say it
  })
})

describe('offers', () => {
  it('"Não quis" with the reason left at "Não perguntei" is not a thing that the server takes', () => {
    const sent = offersToSend([{ kind: 'overnight', answer: 'refused', reason: null, participation_id: null }])
    // app/encounters/rules.py: ReasonMissing. Either it can't be saved, or it goes with a reason that says so.
    expect(sent === null || sent[0]!.reason !== null).toBe(true)
  })
})

describe('who is not there any more', () => {
  it('is no longer proposed for an agreed step or a family', async () => {
    const id = await someone()
    await give(pulledPerson(id, { called: 'Seu Zé' }))
    const { encounter_id, participation_ids: [a] } = await recordEncounter(encounter())
    await linkPeople(encounter_id, [{ participation_id: a!, person_id: id, certainty: 'sure', called: '', called_kind: 'nickname' }])
    await push()
    await unlinkPerson(encounter_id, a!, 'wrong_person')
    expect(presentOf(recordOf(encounter_id))[0]!.person_id).toBeNull()
    expect(presentForSteps(recordOf(encounter_id))[0]!.person_id).toBeNull()
  })
  it('"pode ser" is not who an agreed step is made with', async () => {
    const id = newId()
    await give(pulledPerson(id))
    const body: PulledEncounter = {
      id: newId(), team_id: TEAM, worker_id: newId(), worker_name: 'Beto', occurred_at: AT, situation: 'street_situation', outcome: null,
      people: [{ participation_id: newId(), age_band: null, sex: null, called: 'Bia', person_id: id, certainty: 'possible' }], region_id: null, place_label: null, status: 'valid',
      replaces_id: null, receipt: null, time_uncertain: false, late: false, likely_same: [], join: null,
    }
    await applyPage(handle, page({ changes: [{ type: 'encounter', id: body.id, version: '1', body }] }), Date.now())
    expect(presentForSteps(recordOf(body.id))[0]!.person_id).toBeNull()
  })
})

describe('a family', () => {
  const draft = { called: 'Família da Rosa', region_id: 'north', address_hint: 'Casa azul, Rua 1', members: [] }
  it('that moved to where nobody knows does not stay at the old address', async () => {
    const id = await openFamily(draft)
    await changeFamily(id, { kind: 'moved', address_hint: '', region_id: 'south' })
    await import('../../src/store/overlay') // loaded with the first change that it shows
    await applyPage(handle, page({}), Date.now())
    const home = households.value.find((one) => one.id === id)!
    expect([home.region_id, home.address_hint]).not.toEqual(['south', 'Casa azul, Rua 1'])
  })
})

it('ready', () => expect(me.value).not.toBeNull())
