// From rows to what screens show. Pure: the local record wins while it is unsent, the server's afterwards.
import type { PulledEncounter, PulledHomeVisit } from '../contract/pull'
import { instant } from '../contract/ids'
import { isHeld } from './held'
import type { CommandRow, RecordRow } from './rows'
import type { LocalRecord, OutboxItem, SendState } from './types'

export const iso = (ms: number | null): string | null => (ms === null ? null : instant(ms))
const TODAY_MS = 24 * 3600_000

export function stateOf(command: CommandRow | undefined, now: number): SendState {
  if (!command) return 'delivered' // its command was delivered and aged out
  return command.state === 'held' && !isHeld(command, now) ? 'queued' : command.state
}

export function outboxOf(commands: readonly CommandRow[], now: number): OutboxItem[] {
  const items = commands.map((row): OutboxItem => ({
    command_id: row.id, record_id: row.record_id, name: row.name, what: row.what, occurred_at: row.occurred_at,
    created_at: instant(row.created_at), state: stateOf(row, now), urgent: row.urgent, tries: row.tries,
    last_try_at: iso(row.last_try_at), next_try_at: iso(row.next_try_at), problem: row.problem,
    receipt: row.receipt, delivered_at: iso(row.delivered_at),
  }))
  const over = (item: OutboxItem): boolean => item.state === 'delivered' || item.state === 'withdrawn'
  return [...items.filter((item) => !over(item)), ...items.filter(over).reverse()]
}

export interface Pulled {
  encounters: readonly PulledEncounter[]
  visits: readonly PulledHomeVisit[]
}

export function recordsOf(
  rows: readonly RecordRow[], commands: ReadonlyMap<string, CommandRow>, pulled: Pulled, workerId: string, now: number,
): LocalRecord[] {
  const found: LocalRecord[] = []
  const encounters = new Map(pulled.encounters.map((body) => [body.id, body]))
  const visits = new Map(pulled.visits.map((body) => [body.id, body]))
  for (const row of rows) {
    if (row.type === 'referral') continue
    const command = commands.get(row.command_id)
    const remote = (row.type === 'encounter' ? encounters.get(row.id) : visits.get(row.id)) ?? null
    const state = stateOf(command, now)
    const common = {
      id: row.id, occurred_at: row.occurred_at, state,
      // A withdrawal or correction still on its way counts here before the server has heard of it.
      status: row.status === 'valid' && state === 'delivered' ? remote?.status ?? 'valid' : row.status,
      command_id: row.command_id, held_until: command && isHeld(command, now) ? command.held_until : null,
      receipt: command?.receipt ?? remote?.receipt ?? null, delivered_at: iso(command?.delivered_at ?? null),
      problem: command?.problem ?? null, place_label: row.type === 'encounter' ? (remote as PulledEncounter | null)?.place_label ?? null : null,
      replaces_id: row.replaces_id, mine: true,
    }
    if (row.type === 'encounter') {
      encounters.delete(row.id)
      found.push({ ...common, type: 'encounter', body: row.body, remote: remote as PulledEncounter | null, join: (remote as PulledEncounter | null)?.join ?? null })
    } else {
      visits.delete(row.id)
      found.push({ ...common, type: 'home_visit', body: row.body, remote: remote as PulledHomeVisit | null })
    }
  }
  const away = { state: 'remote' as const, command_id: null, held_until: null, delivered_at: null, problem: null, body: null }
  for (const remote of encounters.values()) {
    found.push({
      ...away, id: remote.id, type: 'encounter', occurred_at: remote.occurred_at, status: remote.status, receipt: remote.receipt,
      place_label: remote.place_label, replaces_id: remote.replaces_id, mine: remote.worker_id === workerId, remote, join: remote.join ?? null,
    })
  }
  for (const remote of visits.values()) {
    found.push({
      ...away, id: remote.id, type: 'home_visit', occurred_at: remote.occurred_at, status: remote.status, receipt: remote.receipt,
      place_label: null, replaces_id: remote.replaces_id ?? null, mine: true, remote,
    })
  }
  return found.sort((a, b) => (a.occurred_at < b.occurred_at ? 1 : a.occurred_at > b.occurred_at ? -1 : 0))
}

export const isUnsent = (record: { state: SendState | 'remote' }): boolean =>
  record.state === 'held' || record.state === 'queued' || record.state === 'sending' || record.state === 'needs_you'

export const isRecent = (record: LocalRecord, now: number): boolean => isUnsent(record) || Date.parse(record.occurred_at) > now - TODAY_MS
