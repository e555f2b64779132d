export async function requestPersist(): Promise<boolean | null> { throw new Error('not yet') }
export async function dismissClockSkew(): Promise<void> { throw new Error('not yet') }
