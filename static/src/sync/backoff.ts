// How long to wait after a try that came to nothing: doubling, with jitter so that a city's phones do not all
// come back in the same second when the mast does.
export const FIRST_MS = 5_000
export const MOST_MS = 15 * 60_000

export function backoff(tries: number, random: () => number = Math.random): number {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(Math.max(tries - 1, 0), 12))
  return Math.round(full * (0.5 + random() / 2))
}
