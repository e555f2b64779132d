// Who in the caseload may be the one being written: few candidates by the search, judged by likeness, reasons in words.
import { likeness, LIKENESS_REASONS, POSSIBLE, type Likable } from '../../rules/likeness'
import { spoken } from '../../rules/sound'
import type { Card } from '../../store/people'
import { t } from '../../ui'
import { namesOf, searchPeople } from './index-of'

export interface Alike { card: Card; score: number; why: string }

const CANDIDATES = 40

const told = (name: string): string => spoken(name).map(({ word }) => word).join(' ')

export function alikeTo(draft: Likable & { names: readonly string[] }, most = 3): Alike[] {
  const named = new Set(draft.names.map(told).filter(Boolean))
  const seen = new Map<string, Card>()
  // Each word by itself: the one being written may hold only a part of a name that is known.
  for (const name of draft.names) {
    for (const part of new Set([name, ...name.split(/\s+/)])) {
      for (const card of searchPeople(part, { most: CANDIDATES })) seen.set(card.id, card)
    }
  }
  return [...seen.values()]
    .map((card) => ({ card, ...likeness(draft, { ...card, names: namesOf(card), documents: {} }) }))
    // Who is called just so is always shown, however little else is known: it is how a second card is made.
    .map((one) => ({ ...one, same: namesOf(one.card).some((name) => named.has(told(name))) }))
    .filter(({ score, same }) => same || score >= POSSIBLE)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ card, score, reasons }) => ({ card, score, why: reasons.map((reason) => t(LIKENESS_REASONS[reason])).join(' · ') || t('mesmo nome') }))
}
