// Whether what was delivered has come back by pull. The server withholds changes while an older transaction of anybody is
// open, so that a pull may end without them: each delivery has a mark, and a pull says up to which it has seen.
import type { CommandRow } from './rows'

export interface Seen { at: number; mark: number | null } // ms of the last whole pull; null of a server that says no marks

/** A command without a mark (older server, or sent by a shut phone) counts as back with the next whole pull. */
export const isBack = ({ mark, delivered_at }: Pick<CommandRow, 'mark' | 'delivered_at'>, seen: Seen): boolean =>
  mark === undefined || seen.mark === null ? (delivered_at ?? 0) < seen.at : mark <= seen.mark
