// Pairs of records that somebody said are two meetings: not proposed again on this phone. Ids only.
const KEY = 'vinculo.not-same'
const MOST = 100

export function notSame(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : []
  } catch {
    return []
  }
}

export function rememberNotSame(pair: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...notSame(), pair].slice(-MOST)))
  } catch {
    // Full or forbidden: it is asked once more next time.
  }
}
