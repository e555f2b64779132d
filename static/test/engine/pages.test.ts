// A large listing: each page costs itself, not all that came before it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../src/contract/ids'
import { loadPulled } from '../../src/store/load'
import type { Handle } from '../../src/store/open'
import { applyPage } from '../../src/store/pulled'
import { people, points } from '../../src/store/state'
import { closePhone, openPhone, page } from '../make/phone'

let handle: Handle
beforeEach(async () => { handle = await openPhone() })
afterEach(closePhone)

const ids = Array.from({ length: 9 }, () => newId())
const person = (id: string, called = id) => ({ type: 'person', id, version: called, body: { id, called, also: [], names: [], last_met_at: new Date().toISOString() } })
const point = (id: string) => ({ type: 'point', id, version: '1', body: { id, name: id } })
const shown = () => people.value.map((one) => one.called)

describe('a listing in pages', () => {
  it('is shown page by page without opening the boxes of the pages before', async () => {
    await applyPage(handle, page({ reset: true, keep: true, has_more: true, changes: ids.slice(0, 3).map((id) => person(id)) }), Date.now())
    const opened = vi.spyOn(handle.codec, 'open')
    await applyPage(handle, page({ keep: true, has_more: true, changes: ids.slice(3, 6).map((id) => person(id)) }), Date.now())
    await applyPage(handle, page({ keep: true, changes: ids.slice(6).map((id) => person(id)) }), Date.now())
    expect(opened.mock.calls.filter(([store]) => store === 'pulled')).toHaveLength(0)
    expect(shown()).toEqual(ids)
    await loadPulled(handle)
    expect(shown()).toEqual(ids)
  })

  it('shows what changed, went and was left out as the database has it', async () => {
    await applyPage(handle, page({ reset: true, keep: true, changes: [...ids.map((id) => person(id)), point(ids[0]!)] }), Date.now())
    await applyPage(handle, page({ changes: [person(ids[1]!, 'Rosa')], forget: [{ type: 'person', id: ids[0]! }] }), Date.now())
    const after = ['Rosa', ...ids.slice(2)]
    expect(shown()).toEqual(after)
    await loadPulled(handle)
    expect(shown()).toEqual(after)
    // A new listing that names less: the rest goes, of every type.
    await applyPage(handle, page({ reset: true, keep: true, changes: [person(ids[4]!)] }), Date.now())
    expect([shown(), points.value]).toEqual([[ids[4]], []])
    await loadPulled(handle)
    expect([shown(), points.value]).toEqual([[ids[4]], []])
  })

  it('a reading under way when a page comes does not put back what was before', async () => {
    await applyPage(handle, page({ reset: true, keep: true, changes: [person(ids[0]!)] }), Date.now())
    const reading = loadPulled(handle)
    await applyPage(handle, page({ changes: [person(ids[1]!)] }), Date.now())
    await reading
    expect(shown()).toEqual([ids[0], ids[1]])
  })
})
