// What a fix is worth.
export type PositionStatus = 'off' | 'searching' | 'fix' | 'low' | 'approximate' | 'denied' | 'unavailable'
export interface PositionState {
  status: PositionStatus
  lon?: number
  lat?: number
  accuracy_m?: number
  at?: string
  elapsed_s: number
}
export interface Fix { lon: number; lat: number; accuracy_m: number; at: number }

export const WINDOW_MS = 20_000
export const GOOD_M = 50
export const APPROXIMATE_M = 1000

// The best of the last twenty seconds, counted from the newest fix: a phone that lies still may stop reporting.
export function bestFix(fixes: readonly Fix[]): Fix | null {
  const newest = fixes.reduce((latest, fix) => Math.max(latest, fix.at), 0)
  let best: Fix | null = null
  for (const fix of fixes) {
    if (fix.at < newest - WINDOW_MS) continue
    if (!best || fix.accuracy_m < best.accuracy_m || (fix.accuracy_m === best.accuracy_m && fix.at > best.at)) best = fix
  }
  return best
}

export function statusOf(best: Fix | null, seen: { elapsed: number; denied: boolean; unavailable: boolean }): PositionStatus {
  if (best && best.accuracy_m <= GOOD_M) return 'fix'
  if (seen.denied && !best) return 'denied'
  if (seen.elapsed < WINDOW_MS) return 'searching'
  if (!best) return seen.unavailable || seen.elapsed > 2 * WINDOW_MS ? 'unavailable' : 'searching'
  return best.accuracy_m > APPROXIMATE_M ? 'approximate' : 'low'
}
