// Who in the caseload may be the one being written: few candidates by the search, judged by likeness, reasons in words.
import { likeness, LIKENESS_REASONS, POSSIBLE, type Likable } from '../../rules/likeness'
import type { Card } from '../../store/people'
import { t } from '../../ui'
import { namesOf, searchPeople } from './index-of'

export interface Alike { card: Card; score: number; why: string }

const CANDIDATES = 40

export function alikeTo(draft: Likable & { names: readonly string[] }, most = 3): Alike[] {
  const seen = new Map<string, Card>()
  // Each word by itself: the one being written may hold only a part of a name that is known.
  for (const name of draft.names) {
    for (const part of new Set([name, ...name.split(/\s+/)])) {
      for (const card of searchPeople(part, { most: CANDIDATES })) seen.set(card.id, card)
    }
  }
  return [...seen.values()]
    .map((card) => ({ card, ...likeness(draft, { ...card, names: namesOf(card), documents: {} }) }))
    .filter(({ score }) => score >= POSSIBLE)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ card, score, reasons }) => ({ card, score, why: reasons.map((reason) => t(LIKENESS_REASONS[reason])).join(' · ') }))
}
