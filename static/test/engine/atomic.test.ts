import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deleteDB } from 'idb'
import { completeEncounter, recordEncounter, undo, dismissVanished, SaveFailed, DraftRefused } from '../../src/actions'
import { loadDraft, saveDraft } from '../../src/store/drafts'
import { closeWorker, openWorker, type Handle } from '../../src/store/open'
import { applyPage } from '../../src/store/pulled'
import { loadLocal } from '../../src/store/load'
import { enter, leave as signOutHere } from '../../src/store/enter'
import { newDataKey } from '../../src/store/vault'
import { workerRow } from '../../src/store/device'
import { chooseNormal, FULL } from '../../src/sync/choose'
import { records, outbox, badge, othersUnsent, storageState } from '../../src/store/state'
import { allRows } from '../../src/store/sending'
import { failingDisk } from '../make/disk'
import { keyOf, enterAs, closePhone, encounter, giveMe, openPhone, page, sealPair, UNIT, workerSession } from '../make/phone'

let handle: Handle
beforeEach(async () => {
  handle = await openPhone()
})
afterEach(closePhone)

const stored = async () => ({ commands: await handle.db.getAll('commands'), records: await handle.db.getAll('records') })

describe('a save', () => {
  it('stores the record and its command together and lets go of the draft', async () => {
    await saveDraft('encounter', { situation: 'family' })
    const { encounter_id, participation_ids } = await recordEncounter(encounter({ people_count: 3, people: [{ age_band: 'age_0_12', sex: null }] }))
    const kept = await stored()
    expect(kept.records.map((row) => row.id)).toEqual([encounter_id])
    expect(kept.commands).toHaveLength(1)
    expect(kept.commands[0]!.body).toEqual(kept.records[0]!.body)
    expect(participation_ids).toHaveLength(3)
    expect((kept.records[0]!.body as { people: { age_band: string | null }[] }).people.map((one) => one.age_band)).toEqual(['age_0_12', null, null])
    expect(await loadDraft('encounter')).toBeNull()
    expect(records.value[0]).toMatchObject({ id: encounter_id, state: 'held', mine: true })
    expect(badge.value.unsent).toBe(1)
  })

  it.each([
    ['the second write fails', 'AbortError', 'aborted'],
    ['the disk is full', 'QuotaExceededError', 'quota'],
  ])('stores nothing when %s, and keeps the draft', async (_, name, reason) => {
    await saveDraft('encounter', { situation: 'family' })
    failingDisk(name as 'QuotaExceededError')
    const failed = await recordEncounter(encounter()).catch((error: unknown) => error)
    vi.restoreAllMocks()
    expect(failed).toBeInstanceOf(SaveFailed)
    expect((failed as SaveFailed).reason).toBe(reason)
    expect(await stored()).toEqual({ commands: [], records: [] })
    expect(await loadDraft('encounter')).toEqual({ situation: 'family' })
    expect(records.value).toEqual([])
    expect(storageState.value.low).toBe(reason === 'quota')
  })

  it('refuses what a phone can see is wrong, with the field and a sentence', async () => {
    const failed = await recordEncounter(encounter({ note: 'x'.repeat(4001), people_count: 301 })).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(DraftRefused)
    expect(Object.keys((failed as DraftRefused).fields).sort()).toEqual(['note', 'people_count'])
    expect(await stored()).toEqual({ commands: [], records: [] })
  })

  it('can be undone while it is held, with the referral that hangs on it, and not afterwards', async () => {
    const referral = { unit_id: UNIT, called: null, people_count: 1, with_children: false, with_animals: true, person_accepted: true, note: null }
    const { encounter_id } = await recordEncounter(encounter(), { referral })
    expect((await stored()).commands.map((row) => row.name)).toEqual(['encounters.record', 'referrals.send'])
    expect(await undo(encounter_id)).toBe(true)
    expect(await stored()).toEqual({ commands: [], records: [] })
    expect(outbox.value).toEqual([])

    // What was added meanwhile hangs on it too.
    const completed = await recordEncounter(encounter())
    await completeEncounter(completed.encounter_id, { note: 'Pediu cobertor.' })
    expect(await undo(completed.encounter_id)).toBe(true)
    expect(await stored()).toEqual({ commands: [], records: [] })

    const later = await recordEncounter(encounter())
    vi.useFakeTimers({ toFake: ['Date'], now: later.held_until + 1 })
    expect(await undo(later.encounter_id)).toBe(false)
    expect((await stored()).commands).toHaveLength(1)
  })

  it('is there after the app was killed, ready to go once its hold is over', async () => {
    const { encounter_id, held_until } = await recordEncounter(encounter())
    closeWorker()
    const again = (await openWorker(handle.key, { key: keyOf(handle.key), sealer: null })).handle
    await loadLocal(again)
    expect(records.value.map((row) => [row.id, row.state])).toEqual([[encounter_id, 'held']])
    vi.useFakeTimers({ toFake: ['Date'], now: held_until + 1 })
    await loadLocal(again)
    expect(records.value[0]!.state).toBe('queued')
    expect(chooseNormal(await allRows(again), FULL, Date.now())).toHaveLength(1)
  })

  it('is not kept for years by a clock that went back', async () => {
    const { held_until } = await recordEncounter(encounter())
    vi.useFakeTimers({ toFake: ['Date'], now: held_until - 5 * 365 * 24 * 3600_000 })
    expect(chooseNormal(await allRows(handle), FULL, Date.now())).toHaveLength(1)
  })
})

describe('two workers on one phone', () => {
  it('have databases of their own; the other is a number only', async () => {
    await recordEncounter(encounter())
    const first = handle.key
    const before = othersUnsent.value
    const second = await openPhone()
    expect(second.name).not.toBe(handle.name)
    expect(records.value).toEqual([])
    await vi.waitFor(() => expect(othersUnsent.value).toBe(before + 1))
    await signOutHere(second)
    const back = await enterAs((await workerRow(first))!)
    expect(await allRows(back)).toHaveLength(1)
    expect(records.value).toHaveLength(1)
  })
})

describe('the caseload', () => {
  it('leaves with the worker, unsent work stays', async () => {
    await recordEncounter(encounter())
    const key = await sealPair()
    await giveMe(handle, key)
    await applyPage(handle, page({ changes: [{ type: 'person', id: 'p', version: '1', body: { id: 'p', last_met_at: new Date().toISOString() } }] }), Date.now())
    expect(await handle.db.count('pulled')).toBe(2)
    await signOutHere(handle)
    const back = await enterAs((await workerRow(handle.key))!)
    expect((await back.db.getAll('pulled')).map((row) => row.type)).toEqual(['me'])
    expect(await allRows(back)).toHaveLength(1)
  })

  it('is shut when another worker signs in over a session that had ended, and opens again with its own key alone', async () => {
    await giveMe(handle, await sealPair())
    await recordEncounter(encounter({ note: 'por enviar' }))
    await enterAs(await workerSession())
    expect(handle.codec.opened).toBeNull()
    expect((await handle.db.getAll('records'))[0]).not.toHaveProperty('body')
    await expect(handle.db.put('drafts', { kind: 'encounter', data: {}, saved_at: 0 })).rejects.toThrow()
    const row = (await workerRow(handle.key))!
    closeWorker()
    expect(await (await enter(row, newDataKey())).db.getAll('records')).toEqual([])
    closeWorker()
    expect(await (await enterAs(row)).db.getAll('records')).toMatchObject([{ body: { note: 'por enviar' } }])
  })
})

describe('a vanished database', () => {
  it('is noticed by the marker and said until it was read', async () => {
    const store = new Map<string, string>()
    vi.stubGlobal('localStorage', { getItem: (key: string) => store.get(key) ?? null, setItem: (key: string, value: string) => void store.set(key, value) })
    const phone = await openPhone()
    await recordEncounter(encounter())
    const row = (await workerRow(phone.key))!
    phone.db.close()
    closeWorker()
    await deleteDB(phone.name)
    await enterAs(row)
    expect(storageState.value).toMatchObject({ vanished: true, vanishedUnsent: 1 })
    closeWorker()
    await enterAs(row)
    expect(storageState.value).toMatchObject({ vanished: true, vanishedUnsent: 1 })
    await dismissVanished()
    closeWorker()
    await enterAs(row)
    expect(storageState.value.vanished).toBe(false)
  })
})
