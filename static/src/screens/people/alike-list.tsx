import type { Card } from '../../store/people'
import type { Likable } from '../../rules/likeness'
import { t } from '../../ui'
import { alikeTo } from './like'
import { PersonRow } from './person-row'

/** "Parece com …": shown, with its reasons. Whether it is she is the worker's to say. */
export function AlikeList({ onPick, names, ...draft }: Likable & { names: readonly string[]; onPick: (card: Card) => void }) {
  const written = names.map((name) => name.trim()).filter((name) => name.length > 1)
  const alike = written.length ? alikeTo({ ...draft, names: written }) : []
  if (!alike.length) return null
  return (
    <section class="alike" data-name="alike">
      <p class="alike-title" aria-live="polite">{t('Já conhecemos? Veja antes de criar outra')}</p>
      <ul class="list">
        {alike.map(({ card, why }) => <PersonRow key={card.id} person={card} name="alike-person" why={t('Parece: {why}', { why })} onPick={() => onPick(card)} />)}
      </ul>
    </section>
  )
}
