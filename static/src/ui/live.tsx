// What changes by itself is also said. Polite for sync and place; assertive only when a save failed.
import { signal } from '@preact/signals'

const polite = signal('')
const assertive = signal('')

// The same words twice would not be read again: a mark that nobody hears makes them new.
const fresh = (words: string, last: string) => (words === last ? `${words}\u00a0` : words)

export function say(words: string): void {
  polite.value = fresh(words, polite.value)
}

export function sayNow(words: string): void {
  assertive.value = fresh(words, assertive.value)
}

export function LiveRegions() {
  return (
    <>
      <p class="unseen" role="status">{polite}</p>
      <p class="unseen" role="alert">{assertive}</p>
    </>
  )
}
