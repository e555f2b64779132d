// What was offered and what was answered. That there was none is a fact about the service, never a refusal.
import type { Bodies } from '../../contract/commands'
import { OFFER_ANSWERS, REFUSAL_REASONS, UNAVAILABLE_REASONS, type OfferAnswer } from '../../contract/answers'
import { AGE_BANDS, NEEDS, type Need } from '../../contract/terms'
import type { Offer } from '../../actions/offers'
import { commandRows } from '../../store/load'
import type { LocalEncounter } from '../../store/state'
import { Button, Select, t, Tiles, type IconName } from '../../ui'
import { presentOf } from './present'

export interface OfferDraft { kind: Need; answer: OfferAnswer | null; reason: string | null; participation_id: string | null }

const reasonsOf = (answer: OfferAnswer | null): Record<string, string> | null =>
  answer === 'refused' ? REFUSAL_REASONS : answer === 'unavailable' ? UNAVAILABLE_REASONS : null

export const offersToSend = (drafts: readonly OfferDraft[]): Offer[] | null =>
  // A refusal and a lack each go with their reason, "não quis dizer" among them.
  drafts.length > 0 && drafts.every(({ answer, reason }) => answer !== null && (reason !== null || reasonsOf(answer) === null)) ? drafts.map((draft) => ({ ...draft, answer: draft.answer! })) : null

const ANSWER_ICONS: Record<OfferAnswer, IconName> = { accepted: 'check', refused: 'close', later: 'clock', unavailable: 'notFound' }
const ANSWERS = Object.keys(OFFER_ANSWERS) as OfferAnswer[]

/** What was asked for in this encounter, as far as the phone still knows. */
function askedIn(record: LocalEncounter): Need[] {
  return commandRows.value.flatMap((row) => (row.name === 'encounters.complete' && row.record_id === record.id && row.body ? (row.body as Bodies['encounters.complete']).needs : []))
}

export function Offers({ record, asked, drafts, onChange }: {
  record: LocalEncounter; asked: readonly Need[]; drafts: OfferDraft[]; onChange: (drafts: OfferDraft[]) => void
}) {
  const first = new Set<Need>([...asked, ...askedIn(record)])
  const taken = new Set(drafts.map((draft) => draft.kind))
  const kinds = (Object.keys(NEEDS) as Need[]).sort((a, b) => Number(first.has(b)) - Number(first.has(a)))
  const put = (at: number, changed: Partial<OfferDraft>) => onChange(drafts.map((draft, i) => (i === at ? { ...draft, ...changed } : draft)))
  const present = presentOf(record)
  return (
    <div class="stack">
      {drafts.map((draft, at) => (
        <div class="card stack" key={draft.kind} data-name="offer" data-kind={draft.kind}>
          <div class="inline between">
            <p class="row-title">{t(NEEDS[draft.kind])}</p>
            <Button kind="quiet" icon="remove" name="offer-remove" onPress={() => onChange(drafts.filter((_, i) => i !== at))}>{t('Tirar')}</Button>
          </div>
          <Tiles legend={t('O que respondeu?')} hideLegend columns={2} name="offer-answer" value={draft.answer} onChange={(answer) => put(at, { answer, reason: null })}
            options={ANSWERS.map((value) => ({ value, label: t(OFFER_ANSWERS[value]), icon: ANSWER_ICONS[value] }))} />
          {reasonsOf(draft.answer) && (
            <Select label={t('Por quê?')} name="offer-reason" value={draft.reason} onChange={(reason) => put(at, { reason })}
              empty={t('Escolha o motivo')}
              options={Object.entries(reasonsOf(draft.answer)!).map(([value, label]) => ({ value, label: t(label) }))} />
          )}
          {present.length > 1 && (
            <Select label={t('Para quem?')} name="offer-whom" value={draft.participation_id} empty={t('Para todos')} onChange={(participation_id) => put(at, { participation_id })}
              options={present.map((one, i) => ({
                value: one.participation_id,
                label: one.called ?? [t('Pessoa {n}', { n: i + 1 }), one.age_band && t(AGE_BANDS[one.age_band])].filter(Boolean).join(' · '),
              }))} />
          )}
        </div>
      ))}
      <fieldset class="choice" data-name="offer-kinds">
        <legend class={drafts.length ? undefined : 'unseen'}>{drafts.length ? t('Mais alguma coisa?') : t('O que foi oferecido?')}</legend>
        <div class="proposals">
          {kinds.filter((kind) => !taken.has(kind)).map((kind) => (
            <Button key={kind} icon={first.has(kind) ? 'help' : 'plus'} name={`offer-${kind}`}
              onPress={() => onChange([...drafts, { kind, answer: null, reason: null, participation_id: null }])}>{t(NEEDS[kind])}</Button>
          ))}
        </div>
        {first.size > 0 && <p class="hint">{t('Primeiro o que a pessoa pediu.')}</p>}
      </fieldset>
    </div>
  )
}
