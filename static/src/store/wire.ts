// A command as it travels.
import type { Command } from '../contract/commands'
import type { CommandRow } from './rows'

export function toWire(row: CommandRow): Command {
  const { id, name, version, occurred_at, after, replaces, body, sealed } = row
  if (row.sealed_body && sealed !== null) return { id, name, version, occurred_at, after, replaces, sealed }
  return body === null && sealed !== null ? { id, sealed } : { id, name, version, occurred_at, after, replaces, body: body as never }
}
