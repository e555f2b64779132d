// A request on the phone of the team that was sent: told without signal, shown at once, undone while it is held, forgotten.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { recordEncounter } from '../../src/actions'
import { arriveAt, closeRequest, setOutTo } from '../../src/actions/requests'
import type { PulledRequest } from '../../src/contract/requests'
import { encounterInput, isTouched, newDraft } from '../../src/screens/encounter/draft'
import { placeWords, wayTo } from '../../src/screens/requests/words'
import type { Handle } from '../../src/store/open'
import { requestsOf } from '../../src/store/overlay'
import { applyPage } from '../../src/store/pulled'
import { allRows } from '../../src/store/sending'
import { requests } from '../../src/store/state'
import { closePhone, encounter, giveMe, openPhone, page, sealPair, TEAM } from '../make/phone'

const body = (change: Partial<PulledRequest> = {}): PulledRequest => ({
  id: 'r1', code: 'ABCDEFGHJK', channel: '156', purpose: 'other', status: 'dispatched', is_urgent: false, people_count: 1, with_children: false,
  received_at: '2026-11-28T12:00:00Z', dispatched_at: '2026-11-28T12:05:00Z', set_out_at: null, arrived_at: null, team_id: TEAM, region_id: null,
  neighbourhood: 'Centro', street: 'Rua A', lon: -35.2, lat: -5.79, point_id: null, description: 'quer dormir', place_text: 'na praça', words_shut: false,
  suggests_flag: false, ...change,
})

let handle: Handle
beforeAll(async () => {
  handle = await openPhone()
  await giveMe(handle, await sealPair())
  await import('../../src/store/overlay')
  await applyPage(handle, page({ changes: [{ type: 'request', id: 'r1', version: '1', body: body() }, { type: 'request', id: 'r2', version: '1', body: body({ id: 'r2' }) }] }), Date.now())
})
afterAll(closePhone)

const status = (id = 'r1') => requests.value.find((one) => one.id === id)?.status ?? null
const example = (name: string) => JSON.parse(readFileSync(new URL(`../../../tests/contract/push_outreach_requests_${name}.json`, import.meta.url), 'utf8')).commands[0]

describe('without signal', () => {
  it('goes on the way, arrives and is closed here at once, each with its own instant and the shape of the example', async () => {
    expect(status()).toBe('dispatched')
    const { undo } = await setOutTo(body())
    await vi.waitFor(() => expect(status()).toBe('on_the_way'))
    expect(await undo()).toBe(true)
    await vi.waitFor(() => expect(status()).toBe('dispatched'))
    await setOutTo(body())
    await arriveAt(body())
    await vi.waitFor(() => expect(status()).toBe('there'))
    await closeRequest(body(), 'found', ['overnight', 'food', 'food'])
    await vi.waitFor(() => expect(status()).toBe(null))
    expect(status('r2')).toBe('dispatched')
    const rows = await allRows(handle)
    for (const name of ['set_out', 'arrive', 'close']) {
      const row = rows.find((one) => one.name === `outreach_requests.${name}`)!
      expect(Object.keys(row.body as object).sort()).toEqual(Object.keys(example(name).body).sort())
      expect(row.after).toEqual([])
    }
    expect(rows.at(-1)!.body).toMatchObject({ outcome: 'found', offers: ['food', 'overnight'] })
  })
  it('says no offers where nobody was', async () => {
    await closeRequest(body({ id: 'r2' }), 'nobody_there', ['food'])
    expect((await allRows(handle)).at(-1)!.body).toEqual({ request_id: 'r2', outcome: 'nobody_there', offers: [] })
  })
  it('a refused answer is not shown as done', async () => {
    const rows = (await allRows(handle)).map((row) => ({ ...row, state: 'needs_you' as const }))
    expect(requestsOf([body()], rows)).toEqual([body()])
  })
  it('sent to the same team anew, what was answered the first time does not count', async () => {
    await setOutTo(body())
    await arriveAt(body())
    const at = Date.parse('2026-11-28T12:30:00Z')
    const rows = (await allRows(handle)).slice(-2).map((row) => ({ ...row, state: 'delivered' as const, delivered_at: at }))
    const again = body({ dispatched_at: '2026-11-28T13:00:00Z' })
    expect(requestsOf([again], rows)).toEqual([again])
    expect(requestsOf([body()], rows)).toMatchObject([{ status: 'there' }])
  })
  it('is forgotten when the server says so', async () => {
    await applyPage(handle, page({ forget: [{ type: 'request', id: 'r1' }, { type: 'request', id: 'r2' }], cursor: 'c2' }), Date.now())
    expect(await handle.db.getAllFromIndex('pulled', 'type', 'request')).toEqual([])
  })
})

describe('an encounter begun from it', () => {
  it('carries origin and request, others neither', async () => {
    const draft = { ...newDraft(Date.now()), tile: 'street_situation' as const, request_id: 'r1' }
    expect(isTouched({ ...newDraft(Date.now()), request_id: 'r1' })).toBe(true)
    expect(encounterInput(draft, { status: 'off' } as never, Date.now())).toMatchObject({ origin: 'request', request_id: 'r1' })
    await recordEncounter(encounter({ origin: 'request', request_id: 'r1' }))
    await recordEncounter(encounter())
    const [one, two] = (await allRows(handle)).slice(-2).map((row) => row.body as Record<string, unknown>)
    expect(one).toMatchObject({ origin: 'request', request_id: 'r1' })
    expect(two).not.toHaveProperty('request_id')
  })
})

describe('its words', () => {
  it('say the place as far as it is known, and the way only where there is a point', () => {
    expect(placeWords(body())).toBe('Rua A · Centro')
    expect(placeWords(body({ street: null, neighbourhood: null }))).toBe('na praça')
    expect(placeWords(body({ street: null, neighbourhood: null, place_text: null }))).toBe(null)
    expect(wayTo(body())).toBe('geo:-5.79,-35.2?q=-5.79,-35.2')
    expect(wayTo(body({ lon: null }))).toBe(null)
  })
})
