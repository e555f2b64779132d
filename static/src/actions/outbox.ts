export async function giveUp(_commandId: string): Promise<void> { throw new Error('not yet') }
export async function tryAgain(_commandId?: string): Promise<void> { throw new Error('not yet') }
export async function exportOutbox(): Promise<Blob> { throw new Error('not yet') }
