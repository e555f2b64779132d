// The moment between saving and sending, in which a record can be undone and its place can still get better.
import type { CommandRow } from './rows'

export const HOLD_MS = 10_000
export const FOLLOW_MS = 20_000

// A hold further ahead than any we make is a clock that went back: it must not keep a record for years.
export const isHeld = (row: Pick<CommandRow, 'state' | 'held_until'>, now: number): boolean =>
  row.state === 'held' && row.held_until !== null && row.held_until > now && row.held_until <= now + 2 * FOLLOW_MS
