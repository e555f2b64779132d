import type { Place } from '../contract/commands'
// Both answer false when the hold is over: the record is on its way and takes a correction instead.
export async function undo(_recordId: string): Promise<boolean> { throw new Error('not yet') }
export async function amendPlace(_recordId: string, _place: Place): Promise<boolean> { throw new Error('not yet') }
