// What the browser promises about this phone's storage. A hint, not a guarantee.
export interface Estimate { persisted: boolean | null; usage: number | null; quota: number | null; low: boolean }

const LOW_BYTES = 30 * 1024 * 1024

export async function estimate(): Promise<Estimate> {
  const storage = (navigator as { storage?: StorageManager }).storage
  try {
    const persisted = (await storage?.persisted?.()) ?? null
    const { usage = null, quota = null } = (await storage?.estimate?.()) ?? {}
    const low = usage !== null && quota !== null && quota - usage < LOW_BYTES
    return { persisted, usage, quota, low }
  } catch {
    return { persisted: null, usage: null, quota: null, low: false }
  }
}

export async function persist(): Promise<boolean | null> {
  try {
    return (await (navigator as { storage?: StorageManager }).storage?.persist?.()) ?? null
  } catch {
    return null
  }
}
