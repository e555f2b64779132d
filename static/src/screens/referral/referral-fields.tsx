import { REFERRAL_REASONS, TRAVEL, type ReferralReason, type Receives, type Travel } from '../../contract/network'
import type { Unit } from '../../contract/pull'
import { MAX_CALLED } from '../../rules/home-visit'
import { MAX_BELONGINGS } from '../../rules/referral'
import { Button, CheckTiles, Icon, Notice, Stepper, Switch, t, TextArea, TextField, Tiles, type IconName } from '../../ui'
import { otherProblems, problemOf, type Problems } from '../form/problems'
import { isForTheNight } from './units'
import { SAID } from './unit-words'
import { brings, type ReferralWish } from './wish'

const NOTE_MAX = 500
const ASKED = ['called', 'belongings', 'note']
const MOST_NAMED = 12 // of a larger group only how many go

const TRAVEL_ICONS: Record<Travel, IconName> = { on_foot: 'street', with_team: 'people', other_vehicle: 'send', ticket: 'file' }
export const travelOptions = () => (Object.keys(TRAVEL) as Travel[]).map((value) => ({ value, label: t(TRAVEL[value]), icon: TRAVEL_ICONS[value] }))

/** What a door needs to know; nothing here is required. `group`: who could go, one line each. */
export function ReferralFields({ unit, wish, group = [], family = false, seen = [], onChange, onOtherUnit, problems }: {
  unit: Unit | undefined; wish: ReferralWish; group?: readonly string[]; family?: boolean; seen?: readonly Receives[]
  onChange: (wish: ReferralWish) => void; onOtherUnit: () => void; problems: Problems
}) {
  const put = (changed: Partial<ReferralWish>) => onChange({ ...wish, ...changed })
  const chosen = wish.people_at ?? []
  const others = otherProblems(problems, ASKED)
  const more = [wish.belongings, wish.note].some(Boolean) || Boolean(wish.is_urgent) || ['note', 'belongings'].some((field) => problemOf(problems, field) !== null)
  return (
    <div class="stack referral">
      <div class="card going">
        <Icon name={unit && !isForTheNight(unit) ? 'building' : 'bed'} />
        <div class="row-main">
          <p class="row-title">{unit?.name ?? t('Abrigo')}</p>
          <p class="row-sub">{t('A pessoa aceitou ir')}</p>
        </div>
        <Button kind="quiet" name="other-unit" onPress={onOtherUnit}>{t('Mudar')}</Button>
      </div>
      {others.length > 0 && <Notice tone="bad" name="problems">{others.map((sentence) => <p key={sentence}>{sentence}</p>)}</Notice>}
      {group.length > (family ? 0 : 1) && group.length <= MOST_NAMED && (
        <CheckTiles legend={family ? t('Quem da família vai? (se quiser dizer)') : t('Quem do grupo vai? (se quiser dizer)')} name="who" columns={2} values={chosen.map(String)}
          onChange={(values) => put({ people_at: values.map(Number).sort((a, b) => a - b), ...(values.length ? { people_count: values.length } : {}) })}
          options={group.map((label, at) => ({ value: String(at), label }))} />
      )}
      <Stepper compact label={t('Quantas pessoas vão')} name="referral-people" min={Math.max(1, chosen.length)} max={300} value={wish.people_count}
        onChange={(people_count) => put({ people_count })} />
      <Tiles legend={t('Como vai?')} name="travel" columns={2} clearable value={wish.travel ?? null} options={travelOptions()}
        onChange={(travel) => put({ travel })} />
      <Switch label={t('Pedir veículo')} hint={t('A coordenação vê o pedido.')} icon="send" name="vehicle-asked" value={wish.vehicle_asked ?? false}
        onChange={(vehicle_asked) => put({ vehicle_asked })} />
      <div class="chips">
        <CheckTiles legend={t('Quem vai? Como a pessoa diz')} name="referral-profile" values={wish.profile ?? []}
          onChange={(profile) => put({ profile, ...brings(profile, seen) })} options={SAID.map(({ value, label }) => ({ value, label: t(label) }))} />
        <CheckTiles legend={t('Por quê? (se quiser dizer)')} name="reasons" values={wish.reasons ?? []} onChange={(reasons) => put({ reasons })}
          options={(Object.keys(REFERRAL_REASONS) as ReferralReason[]).map((value) => ({ value, label: t(REFERRAL_REASONS[value]) }))} />
      </div>
      <TextField label={t('Nome para a porta')} hint={t('Se a pessoa quiser dizer. Pode ser apelido.')} name="called" capitalize
        maxLength={MAX_CALLED} value={wish.called} error={problemOf(problems, 'called')} onInput={(called) => put({ called })} />
      <details class="help" open={more}>
        <summary>{t('Pertences, urgência e recado')}</summary>
        <div class="stack">
          <TextField label={t('O que leva junto')} hint={t('Carroça, malas, bicicleta, animal: para a casa preparar lugar.')} name="belongings"
            maxLength={MAX_BELONGINGS} value={wish.belongings ?? ''} error={problemOf(problems, 'belongings')} onInput={(belongings) => put({ belongings })} />
          <Switch label={t('É urgente')} icon="urgent" name="is-urgent" value={wish.is_urgent ?? false} onChange={(is_urgent) => put({ is_urgent })} />
          <TextArea label={t('Recado')} hint={t('Só o que a porta precisa saber. Nada de saúde, de violência ou de polícia.')} name="referral-note"
            rows={2} maxLength={NOTE_MAX} value={wish.note} error={problemOf(problems, 'note')} onInput={(note) => put({ note })} />
        </div>
      </details>
    </div>
  )
}
