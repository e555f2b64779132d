// Raising a flag, and what its author adds. Facts go as they are; words are shut to the municipality before anything is
// stored, and nobody reads them here again. A flag stands on nothing: it carries its own place, time and whom.
import type { Place } from '../contract/commands'
import { instant, newId } from '../contract/ids'
import type { CallOutcome, FlagBody, FlagCallBody, FlagComplementBody, Mistake } from '../contract/protection'
import { checkPlace } from '../rules/encounter'
import { checkFlag, checkWords, hasWords, type FlagFacts, type Words } from '../rules/flag'
import { commandRows } from '../store/load'
import { requireHandle, type Write } from '../store/open'
import { plan, save } from '../store/outbox'
import type { CommandRow, NewCommand } from '../store/rows'
import { me, shift } from '../store/state'
import type { Sealer } from '../store/vault'
import { refuse } from './encounter'

export interface FlagCall { recipient: string; number: string; outcome: CallOutcome; who: string; protocol: string; at: string }
export interface FlagInput {
  flag_id: string
  source: FlagBody['source']
  source_id: string | null
  subject: FlagBody['subject']
  person_id: string | null
  household_id: string | null
  facts: FlagFacts
  place: Place | null
  late_at: string | null
  calls: readonly FlagCall[]
  words: Words
}

const cut = (text: string, most: number): string | null => text.trim().slice(0, most) || null

/** The words of one flag in an envelope to the municipality; null where there are none, or nothing to shut them with. */
export function shutWords(sealer: Sealer | null, flag: string, { called, seen, said }: Words): string | null {
  const content = { flag, called: cut(called, 200), seen: cut(seen, 4000), said: cut(said, 4000) }
  return sealer && hasWords({ called, seen, said }) ? sealer.seal(JSON.stringify(content)) : null
}

export const choicesOf = ({ choices }: Pick<FlagFacts, 'choices'>): FlagBody['choices'] =>
  Object.entries(choices).flatMap(([recipient, answer]) => (answer ? [{ recipient, answer }] : []))

export function flagBody(input: FlagInput, team_id: string | null, words: string | null, now: number): FlagBody {
  const { choices: _, ...facts } = input.facts
  const { flag_id, source, source_id, subject, person_id, household_id, place } = input
  return {
    flag_id, team_id, source, source_id, subject, person_id, household_id, ...facts, choices: choicesOf(input.facts), place,
    late: input.late_at !== null, recorded_at: instant(now), words,
  }
}

export const callBody = (flag_id: string, { recipient, number, outcome, who, protocol }: FlagCall, now: number): FlagCallBody =>
  ({ call_id: newId(now), flag_id, recipient, number: number.slice(0, 40), outcome, who: cut(who, 80), protocol: cut(protocol, 60) })

export function checkInput(input: FlagInput, now: number): void {
  refuse({ ...checkFlag(input.facts, input.words, input.late_at, now), ...(input.place ? checkPlace(input.place, input.late_at !== null) : {}) })
}

/** True where words that were written stayed out, because this phone has nothing to shut them with. */
export async function raiseFlag(input: FlagInput): Promise<{ words_left: boolean }> {
  const now = Date.now()
  checkInput(input, now)
  const sealer = requireHandle().codec.opened?.sealer ?? null
  const words = shutWords(sealer, input.flag_id, input.words)
  const team = shift.value?.team_id ?? me.value?.teams[0]?.id ?? null
  const occurred_at = input.late_at ?? instant(now)
  const raised = plan({ name: 'protection.raise', body: flagBody(input, team, words, now), record_id: input.flag_id, occurred_at, now })
  const calls = input.calls.map((call) => plan({ name: 'protection.tell_call', body: callBody(input.flag_id, call, now), record_id: input.flag_id, after: [raised.id], occurred_at: call.at, now }))
  await save({
    commands: [raised, ...calls], clearDrafts: ['flag'],
    within: (tx) => saidBefore(tx, raised, input, calls, now),
  })
  return { words_left: words === null && hasWords(input.words) }
}

// The same form, saved in another tab or before the app was killed: it is on its way. What this one says besides goes after it.
async function saidBefore(tx: Write, raised: NewCommand, input: FlagInput, calls: readonly NewCommand[], now: number): Promise<false | undefined> {
  const store = tx.objectStore('commands')
  const rows = (await store.getAll()).filter((row) => row.record_id === input.flag_id && row.state !== 'withdrawn')
  const first = rows.find((row) => row.name === 'protection.raise')
  if (!first) return undefined
  const after = first.state === 'delivered' ? [] : [first.id]
  const { recorded_at: _, words, ...facts } = raised.body as FlagBody
  const { recorded_at: __, words: ___, ...before } = (first.body ?? {}) as Partial<FlagBody>
  if (words !== null || JSON.stringify(facts) !== JSON.stringify(before)) {
    const body = complementBody(input.flag_id, input.facts, words, input.place, now)
    await store.add(plan({ name: 'protection.complement', body, record_id: input.flag_id, after, now }) as CommandRow)
  }
  const told = new Set(rows.filter((row) => row.name === 'protection.tell_call').map((row) => row.occurred_at))
  for (const call of calls) if (!told.has(call.occurred_at)) await store.add({ ...call, after } as CommandRow)
  return false
}

// While the server may not know the flag, what is said of it comes after it.
const behind = (flag_id: string): string[] =>
  commandRows.value.filter((row) => row.name === 'protection.raise' && row.record_id === flag_id && row.state !== 'delivered' && row.state !== 'withdrawn').map((row) => row.id)

const send = (command: NewCommand): Promise<void> => save({ commands: [command] })

export async function tellCall(flag_id: string, call: FlagCall): Promise<void> {
  const now = Date.now()
  await send(plan({ name: 'protection.tell_call', body: callBody(flag_id, call, now), record_id: flag_id, after: behind(flag_id), occurred_at: call.at, now }))
}

type More = Partial<Pick<FlagFacts, 'risk' | 'age' | 'sex' | 'with_disability' | 'kinds' | 'forms' | 'actions' | 'choices'>>
export interface Complement extends More { words: Words; place?: Place | null }

const complementBody = (flag_id: string, added: More, words: string | null, place: Place | null, now: number): FlagComplementBody => ({
  complement_id: newId(now), flag_id, risk: added.risk ?? null, age: added.age ?? null, sex: added.sex ?? null, with_disability: added.with_disability ?? null,
  person_id: null, kinds: added.kinds ?? [], forms: added.forms ?? [], actions: added.actions ?? [], choices: choicesOf({ choices: added.choices ?? {} }), place, words,
})

/** What is null or empty stays as it was. */
export async function complementFlag(flag_id: string, added: Complement): Promise<{ words_left: boolean }> {
  const now = Date.now()
  refuse(checkWords(added.words))
  const words = shutWords(requireHandle().codec.opened?.sealer ?? null, flag_id, added.words)
  const body = complementBody(flag_id, added, words, added.place ?? null, now)
  await save({ commands: [plan({ name: 'protection.complement', body, record_id: flag_id, after: behind(flag_id), now })], clearDrafts: ['flag_more'] })
  return { words_left: words === null && hasWords(added.words) }
}

export async function sayMistake(flag_id: string, reason: Mistake): Promise<void> {
  await send(plan({ name: 'protection.say_mistake', body: { flag_id, reason }, record_id: flag_id, after: behind(flag_id), now: Date.now() }))
}

export const canShutWords = (): boolean => Boolean(requireHandle().codec.opened?.sealer)
