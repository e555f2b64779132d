// What an operation (frio, chuva, calor) asks besides: what was answered about the night, and what was handed out.
import { useEffect, useState } from 'preact/hooks'
import { REFUSAL_REASONS, type OfferAnswer } from '../../contract/answers'
import type { EncounterOutcome } from '../../contract/terms'
import { me } from '../../store/state'
import { Icon, Select, Stepper, t, Tiles } from '../../ui'
import type { EncounterDraft, Tap } from './draft'

const MOST = 999
// What an answer says of the whole approach; that there was no place is no result of the person's.
const OUTCOME: Partial<Record<OfferAnswer, EncounterOutcome>> = { accepted: 'accepted_shelter', refused: 'declined_got_guidance' }

/** Of a record that is set right after its operation is over: the phone holds the operation's own words no more. */
export function nameOf(code: string): string {
  const names: Record<string, string> = {
    blanket: t('Cobertores'), warm_clothes: t('Agasalhos'), hot_drink: t('Bebidas quentes'), raincoat: t('Capas de chuva'), dry_clothes: t('Roupas secas'),
    tarpaulin: t('Lonas'), water: t('Garrafas de água'), cap: t('Bonés'), sunscreen: t('Protetores solares'),
  }
  return names[code] ?? code
}

export function OperationFields({ draft, onTap }: { draft: EncounterDraft; onTap: (tap: Tap) => void }) {
  const [open, setOpen] = useState(false)
  const { more = {}, tile, referral } = draft
  const { shelter, handed_out: handed = {} } = more
  // Who is not there, or would not talk, answered nothing.
  const whole = tile === 'not_found' || tile === 'declined_to_talk'
  useEffect(() => { if (whole && shelter) onTap({ tap: 'more', more: { ...more, shelter: null } }) }, [whole])
  if (tile === 'not_found') return null
  const answered = (answer: OfferAnswer | null) => {
    onTap({ tap: 'more', more: { ...more, shelter: answer && { answer, reason: null } } })
    onTap({ tap: 'outcome', outcome: (answer && OUTCOME[answer]) ?? null })
  }
  const items = me.value?.operation?.items ?? Object.keys(handed).map((code) => ({ code, name: nameOf(code) }))
  const shown = items.filter(({ code }, at) => open || at === 0 || (handed[code] ?? 0) > 0)
  return (
    <div class="operation" data-name="operation-fields">
      {!whole && referral === null && (
        <Tiles legend={t('Quis ir para um abrigo?')} columns={3} name="shelter-answer" clearable value={shelter?.answer ?? null} onChange={answered}
          options={[{ value: 'accepted', label: t('Sim') }, { value: 'refused', label: t('Não') }, { value: 'unavailable', label: t('Sem vaga') }]} />
      )}
      {!whole && referral === null && shelter?.answer === 'refused' && (
        <Select label={t('Por quê?')} name="shelter-reason" value={shelter.reason ?? 'not_said'}
          options={Object.entries(REFUSAL_REASONS).map(([value, label]) => ({ value, label: t(label) }))}
          onChange={(reason) => onTap({ tap: 'more', more: { ...more, shelter: { ...shelter, reason } } })} />
      )}
      {shown.map(({ code, name }) => (
        <Stepper key={code} compact label={name} name={`item-${code}`} value={handed[code] ?? 0} max={MOST}
          onChange={(to) => onTap({ tap: 'more', more: { ...more, handed_out: { ...handed, [code]: to } } })} />
      ))}
      {shown.length < items.length && (
        <button type="button" class="mini" data-name="more-items" onClick={() => setOpen(true)}><Icon name="plus" /><span>{t('Outra coisa entregue')}</span></button>
      )}
    </div>
  )
}
