// A step that went to another team: it leaves this phone, and what was told of it here without signal stays and goes.
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { agreeTask, closeTask } from '../../src/actions/tasks'
import { dayOf } from '../../src/rules/days'
import type { Handle } from '../../src/store/open'
import { applyPage } from '../../src/store/pulled'
import { sealDelivered } from '../../src/store/sending'
import { tasks } from '../../src/store/state'
import { closePhone, giveMe, openPhone, page, sealPair } from '../make/phone'

let handle: Handle
beforeAll(async () => {
  handle = await openPhone()
  await giveMe(handle, await sealPair())
  await import('../../src/store/overlay')
})
afterAll(closePhone)

it('is forgotten by the pull, and its unsent answer keeps its words', async () => {
  const draft = { person_id: null, household_id: null, encounter_id: null, what: 'Levar à UBS', due_on: dayOf(Date.now()), due_time: null, place_text: null, point_id: null, mine: false }
  const { task_id } = await agreeTask(draft)
  await vi.waitFor(() => expect(tasks.value.map((task) => task.id)).toContain(task_id))
  const [agreed] = await handle.db.getAll('commands')
  await handle.db.put('commands', { ...agreed!, state: 'delivered', delivered_at: Date.now(), mark: 10 ** 6, held_until: null })
  await closeTask(tasks.value.find((task) => task.id === task_id)!, 'not_found', 'Não estava na praça')
  await applyPage(handle, page({ forget: [{ type: 'task', id: task_id }], seen: 1 }), Date.now())
  await sealDelivered(handle)
  await applyPage(handle, page({ cursor: 'c2', seen: 1 }), Date.now())
  await vi.waitFor(() => expect(tasks.value).toEqual([]))
  const left = (await handle.db.getAll('commands')).find((row) => row.name === 'tasks.close')!
  expect(left).toMatchObject({ body: { task_id, result: 'not_found', text: 'Não estava na praça' } })
  expect(left.state === 'held' || left.state === 'queued').toBe(true)
})
