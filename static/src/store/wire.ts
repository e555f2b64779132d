// A command as it travels.
import type { Command } from '../contract/commands'
import type { CommandRow } from './rows'

export function toWire(row: CommandRow): Command {
  const { id, name, version, occurred_at, after, replaces } = row
  const head = { id, name, version, occurred_at, after, replaces }
  return row.body === null && row.sealed !== null ? { ...head, sealed: row.sealed } : { ...head, body: row.body as never }
}
