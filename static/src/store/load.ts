// Fills the signals from the database of the worker who is signed in.
import { batch, signal } from '@preact/signals'
import type { Ficha, Household, Me, PulledReferral, PulledType, Task, Unit } from '../contract/pull'
import type { PulledRequest } from '../contract/requests'
import type { Seen } from './back'
import { rememberUnsent } from './device'
import { isHeld } from './held'
import { currentHandle, read, type Handle } from './open'
import { isRecent, outboxOf, recordsOf, type Pulled } from './project'
import type { CommandRow, Meta, PulledRow, RecordRow } from './rows'
import * as state from './state'
import type { LocalRecord } from './types'

let commands: CommandRow[] = []
// What was saved here and may not have come back by pull yet: people, families and tasks are shown with it (store/people.ts).
export const commandRows = signal<readonly CommandRow[]>([])
export const seen = signal<Seen>({ at: 0, mark: null })
let rows: RecordRow[] = []
let pulled: Pulled = { encounters: [], visits: [] }
let homes: Household[] = []
let steps: Task[] = []
let sentTo: PulledRequest[] = []
// Comes with the first change that it shows.
let overlay: typeof import('./overlay') | null = null
let sent: typeof import('./project-referrals') | null = null
let answers: PulledReferral[] = []
const OVERLAID = /household$|join$|^(tasks|outreach)/

// Older than today and delivered: for the screens that correct or withdraw them.
export const earlierRecords = signal<LocalRecord[]>([])

let holdTimer: ReturnType<typeof setTimeout> | null = null

function show(): void {
  const now = Date.now()
  const byId = new Map(commands.map((row) => [row.id, row]))
  const worker = state.session.value?.worker ?? null
  const found = recordsOf(rows, byId, pulled, worker?.id ?? '', now)
  const over = overlay
  if (!over && commands.some((row) => OVERLAID.test(row.name))) void import('./overlay').then((file) => { overlay = file; show() }, () => undefined)
  if (!sent && answers.length) void sentToo().then(() => { if (sent) show() })
  const all = over ? over.withJoins(found, commands) : found
  batch(() => {
    commandRows.value = commands
    state.households.value = over ? over.familiesOf(homes, commands) : homes
    state.tasks.value = over ? over.tasksOf(steps, commands, { worker, called }) : steps
    state.requests.value = over ? over.requestsOf(sentTo, commands) : sentTo
    state.outbox.value = outboxOf(commands, now)
    state.records.value = all.filter((record) => isRecent(record, now))
    earlierRecords.value = all.filter((record) => !isRecent(record, now))
    if (sent) {
      const unitName = (id: string) => state.units.value.find((unit) => unit.id === id)?.name ?? null
      state.referrals.value = sent.referralsOf({ rows, commands, pulled: answers, unitName, seen: seen.value, now })
    }
  })
  // "Desfazer" must go when the hold is over, although nothing is written then.
  const ends = commands.filter((row) => isHeld(row, now)).map((row) => row.held_until!)
  if (holdTimer !== null) clearTimeout(holdTimer)
  holdTimer = ends.length ? setTimeout(show, Math.min(...ends) - now + 5) : null
}

const sentToo = (): Promise<void> => import('./project-referrals').then((file) => { sent = file }, () => undefined)

const called = (person: string | null, home: string | null): string | null =>
  [...state.people.value, ...state.households.value].find(({ id }) => id === person || id === home)?.called ?? null

let asked = 0
let shown = 0

export async function loadLocal(handle: Handle): Promise<void> {
  if (!handle.codec.opened) return
  const turn = ++asked
  const [newCommands, newRows, meta] = await read(handle, async (db) => {
    const tx = db.transaction(['commands', 'records', 'meta'])
    return Promise.all([tx.objectStore('commands').getAll(), tx.objectStore('records').getAll(), tx.objectStore('meta').getAll()])
  })
  // What was just sent is on the screen that opens next.
  if (!sent && (answers.length || newRows.some((row) => row.type === 'referral'))) await sentToo()
  if (handle !== currentHandle() || !handle.codec.opened) return // another worker signed in meanwhile, or the phone was shut
  if (turn < shown) return // a later reading was quicker
  shown = turn
  commands = newCommands
  rows = newRows
  const values = Object.fromEntries(meta.map((row) => [row.key, row.value])) as Partial<Meta>
  batch(() => {
    state.shift.value = values.shift ?? null
    const lastSuccessAt = values.last_success_at ? new Date(values.last_success_at).toISOString() : null
    if (state.syncState.value.lastSuccessAt !== lastSuccessAt) state.syncState.value = { ...state.syncState.value, lastSuccessAt }
    seen.value = { at: values.last_success_at ?? 0, mark: values.seen ?? null }
    const off = state.clockOffset.value = values.clock_offset_ms ?? 0
    state.clockSkew.value = Math.abs(off) > 5 * 60_000 && !values.clock_seen ? Math.round(-off / 1000) : null
    if (values.vanished_unsent !== undefined) {
      state.storageState.value = { ...state.storageState.value, vanished: true, vanishedUnsent: values.vanished_unsent }
    }
    show()
  })
  void rememberUnsent(handle.key, state.badge.value.unsent)
}

// What an older server, or a phone of before, did not know of.
const LACKING = { due_on: null, is_responsible: false, person_id: null }
const PLAIN_UNIT = {
  organization: null, email: null, services: [], entry_conditions: [], has_desk: true, is_outside: false, place_rule: 'capacity', figure_minutes: 180,
  hold_minutes: 120, free_for: null, promised: null, unconfirmed: null, hours: { open: [], admission: [], holiday_rule: 'as_usual', exceptions: [] },
}

const SETTERS: { [T in PulledType]?: (bodies: never[]) => void } = {
  me: (bodies: Me[]) => void (state.me.value = bodies[0] ?? null),
  unit: (bodies: Unit[]) => void (state.units.value = bodies.map((unit) => ({ ...PLAIN_UNIT, ...unit } as Unit))),
  region: (bodies) => void (state.regions.value = bodies),
  point: (bodies) => void (state.points.value = bodies),
  // As an older version listed them they lie here until they come anew: what they lack is told of nobody yet.
  household: (bodies: Household[]) => void (homes = bodies.map((home) => ({ ...home, members: home.members.map((one) => ({ ...LACKING, ...one })) }))),
  person: (bodies) => void (state.people.value = bodies),
  task: (bodies) => void (steps = bodies),
  request: (bodies) => void (sentTo = bodies),
  ficha: (bodies: Ficha[]) => void (state.ficha.value = bodies[0] ?? null),
  encounter: (bodies) => void (pulled = { ...pulled, encounters: bodies }),
  home_visit: (bodies) => void (pulled = { ...pulled, visits: bodies }),
  referral: (bodies) => void (answers = bodies),
  shift: (bodies) => void (state.toldShifts.value = bodies),
}
const TYPES = Object.keys(SETTERS) as PulledType[]

// What the signals were filled from, by type and id.
const held = new Map<PulledType, Map<string, unknown>>()
let patches = 0

export async function loadPulled(handle: Handle, types: Iterable<string> = TYPES): Promise<void> {
  if (!handle.codec.opened) return
  const wanted = [...types].filter((type): type is PulledType => type in SETTERS)
  const before = patches
  const lists = await read(handle, (db) =>
    Promise.all(wanted.map((type): Promise<PulledRow[]> => db.getAllFromIndex('pulled', 'type', type))))
  if (handle !== currentHandle() || !handle.codec.opened) return
  if (before !== patches) return loadPulled(handle, wanted) // a page came in between: what was read is of before it
  wanted.forEach((type, at) => held.set(type, new Map((lists[at] ?? []).map((row) => [row.id, row.body]))))
  fill(wanted)
}

/** A page is shown without reading the rest again. Gives the types that must be read, because they never were. */
export function patchPulled(handle: Handle, changes: readonly { type: string; id: string; body: unknown }[], gone: readonly { type: string; id: string }[]): PulledType[] {
  if (handle !== currentHandle() || !handle.codec.opened) return []
  patches += 1
  for (const { type, id, body } of changes) held.get(type as PulledType)?.set(id, body)
  for (const { type, id } of gone) held.get(type as PulledType)?.delete(id)
  const touched = TYPES.filter((type) => changes.some((each) => each.type === type) || gone.some((each) => each.type === type))
  fill(touched.filter((type) => held.has(type)))
  return touched.filter((type) => !held.has(type))
}

function fill(types: PulledType[]): void {
  batch(() => {
    for (const type of types) SETTERS[type]!([...held.get(type)!.values()] as never[])
    show()
  })
}

export function clearSignals(): void {
  commands = []
  rows = []
  pulled = { encounters: [], visits: [] }
  answers = []
  homes = []
  steps = []
  held.clear()
  batch(() => {
    state.me.value = null
    state.shift.value = null
    state.toldShifts.value = []
    state.units.value = []
    state.regions.value = []
    state.points.value = []
    state.people.value = []
    state.ficha.value = null
    state.syncState.value = { phase: 'idle', lastSuccessAt: null, pulled: null }
    state.clockSkew.value = null
    state.storageState.value = { ...state.storageState.value, vanished: false, vanishedUnsent: 0 }
    show()
  })
}
