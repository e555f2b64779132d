// The index of the caseload: made anew when the caseload changes, in slices of idle time, while the one before goes on answering.
import { effect, signal } from '@preact/signals'
import { PeopleIndex, type Around } from '../../rules/people-search'
import { cardOf, cards, type Card } from '../../store/people'
import { found } from '../place/search'

const ready = signal<PeopleIndex | null>(null)
let turn = 0

type Slice = (deadline: { timeRemaining: () => number }) => void
const idle = (work: Slice): void => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 300 })
  else setTimeout(() => { const began = performance.now(); work({ timeRemaining: () => 8 - (performance.now() - began) }) })
}

export const namesOf = (card: Card): string[] => [...new Set([card.called, ...card.names.map((name) => name.value)])]

effect(() => {
  const list = cards.value
  const mine = ++turn
  const next = new PeopleIndex()
  let at = 0
  const slice: Slice = (deadline) => {
    if (mine !== turn) return
    do {
      for (let n = 0; n < 25 && at < list.length; n += 1, at += 1) next.add({ ...list[at]!, names: namesOf(list[at]!) })
    } while (at < list.length && deadline.timeRemaining() > 3)
    if (at < list.length) idle(slice)
    else ready.value = next
  }
  idle(slice)
})

/** The best first. Before the first index is made, whoever's name begins so. */
export function searchPeople(query: string, around: Around = {}): Card[] {
  const most = around.most ?? 20
  if (!ready.value) return cards.value.filter((card) => found(query, namesOf(card).join(' '))).slice(0, most)
  return ready.value.search(query, { ...around, most }).flatMap(({ id }) => cardOf(id) ?? [])
}

export const byLastMet = (list: readonly Card[]): Card[] => [...list].sort((a, b) => (a.last_met_at < b.last_met_at ? 1 : a.last_met_at > b.last_met_at ? -1 : 0))
