import { useEffect } from 'preact/hooks'
import { planTrip } from '../../actions/referral-moves'
import type { Travel } from '../../contract/network'
import { MOST_STOPS } from '../../rules/referral-moves'
import { referrals, type LocalReferral } from '../../store/state'
import { Button, Icon, Notice, now, replace, showToast, Switch, t, TextField, Tiles, tn, type Params } from '../../ui'
import { useDraft } from '../form/draft'
import { problemOf } from '../form/problems'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { travelOptions } from './referral-fields'
import { isOpen } from './state-words'
import './referral.css'

const DAY_MS = 24 * 3600_000

/** Several referrals in one trip: tapped in the order of the stops. */
export function TripScreen({ params }: { params: Params }) {
  const id = params['id']!
  const first = referrals.value.find((one) => one.id === id)
  const { draft, put } = useDraft('trip', id, () => ({ ids: [id], travel: null as Travel | null, vehicle: false, note: '' }))
  const save = useSave()
  const open = referrals.value.filter((one) => isOpen(one) && one.state !== 'needs_you' && (one.id === id || now.value - Date.parse(one.occurred_at) < DAY_MS))
    .sort((a, b) => Number(b.id === id) - Number(a.id === id)) // from where one came, first
  const ids = draft.ids.filter((one) => open.some((each) => each.id === one))
  useEffect(() => { if (first?.travel && draft.travel === null) put({ travel: first.travel, vehicle: first.vehicle_asked }) }, [first?.id])
  if (first === undefined || open.length === 0) {
    return <Screen title={t('Saída')} backTo="/hoje"><Notice title={t('Este encaminhamento não está mais neste celular')} /></Screen>
  }
  const toggle = (one: LocalReferral) => put({ ids: ids.includes(one.id) ? ids.filter((each) => each !== one.id) : [...ids, one.id] })
  const onSave = () => void save.run(async () => {
    await planTrip({ referral_ids: ids, travel: draft.travel!, vehicle_asked: draft.vehicle, note: draft.note })
    saved()
    showToast({ text: tn('Saída anotada: {n} parada', 'Saída anotada: {n} paradas', ids.length), icon: 'people' })
    replace(`/encaminhamento/${id}`)
  })
  return (
    <Screen title={t('Saída')} backTo={`/encaminhamento/${id}`} quiet
      bottom={<Button kind="primary" icon="check" main name="save-trip" busy={save.busy} disabled={ids.length === 0} onPress={onSave}>{t('Salvar saída')}</Button>}>
      <div class="stack">
        <fieldset class="choice" data-name="stops">
          <legend>{t('Quem vai junto, na ordem das paradas')}</legend>
          <p class="hint">{t('Para mudar a ordem, tire e toque de novo.')}</p>
          <div class="tiles c1 stops">
            {open.map((one) => {
              const at = ids.indexOf(one.id)
              return (
                <label class="tile wide" key={one.id} data-name="stop" data-id={one.id}>
                  <input type="checkbox" checked={at >= 0} disabled={at < 0 && ids.length >= MOST_STOPS} onChange={() => toggle(one)} />
                  <span class="tile-face">
                    <span class="stop-number">{at >= 0 ? at + 1 : ''}</span>
                    <span class="tile-words">
                      <span class="tile-label">{one.unit_name ?? t('Abrigo')}</span>
                      <span class="tile-hint">{[one.called, tn('{n} pessoa', '{n} pessoas', one.people_count), t('Código {code}', { code: one.code })].filter(Boolean).join(' · ')}</span>
                    </span>
                    <span class="tile-mark"><Icon name="check" small /></span>
                  </span>
                </label>
              )
            })}
          </div>
        </fieldset>
        {problemOf(save.problems, 'referral_ids') && <Notice tone="bad">{problemOf(save.problems, 'referral_ids')}</Notice>}
        <Tiles legend={t('Como vão?')} name="travel" columns={2} value={draft.travel} options={travelOptions()} onChange={(travel) => put({ travel })} />
        {problemOf(save.problems, 'travel') && <Notice tone="bad" name="problems">{problemOf(save.problems, 'travel')}</Notice>}
        <Switch label={t('Pedir veículo')} hint={t('A coordenação vê o pedido.')} icon="send" name="vehicle-asked" value={draft.vehicle} onChange={(vehicle) => put({ vehicle })} />
        <TextField label={t('Pertences, animais, lugar de encontro')} name="trip-note" maxLength={200} value={draft.note} error={problemOf(save.problems, 'note')} onInput={(note) => put({ note })} />
      </div>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
