import { useState } from 'preact/hooks'
import { NO_PLACE_REASONS, type NoPlaceReason } from '../../contract/terms'
import type { LonLat } from '../../map'
import { Button, Icon, t, TextField, Tiles, type IconName } from '../../ui'
import { KnownPoints } from './known-points'
import { PinMap } from './pin-map'
import { ADDRESS_MAX } from './place'
import type { PlaceSheetProps, PlaceWay } from './place-sheet'

/** "denied" and "unavailable" are the phone's own reasons: a person gives one of these. */
const REASONS: NoPlaceReason[] = ['unsafe', 'moving', 'not_wanted', 'other']

type Props = Omit<PlaceSheetProps, 'way'>

/** What stands on the place sheet. Loaded when it is first opened: most encounters never ask. */
export function PlaceWays({ way, ...rest }: PlaceSheetProps) {
  switch (way) {
    case 'menu': return <Menu {...rest} />
    case 'map': return <MapWay {...rest} />
    case 'known_point': return <KnownPoints from={rest.start} onPick={(point) => rest.onChoose({ kind: 'known_point', point_id: point.id, name: point.name })} />
    case 'address': return <AddressWay {...rest} />
    case 'none': return (
      <Tiles legend={t('Por que não marcar?')} hideLegend name="no-place-reason"
        value={rest.choice.kind === 'none' ? rest.choice.reason : null}
        options={REASONS.map((value) => ({ value, label: t(NO_PLACE_REASONS[value]) }))}
        onChange={(reason) => { if (reason) rest.onChoose({ kind: 'none', reason }); }} />
    )
    case null: return null
  }
}

function Menu({ late, choice, onWay, onChoose }: Props) {
  const ways: [PlaceWay, IconName, string][] = [
    ['map', 'map', t('Marcar no mapa')],
    ['known_point', 'street', t('Ponto conhecido')],
    ['address', 'building', t('Rua e número')],
    ['none', 'withdrawn', t('Sem local')],
  ]
  return (
    <ul class="list">
      {!late && choice.kind !== 'kept' && (
        <li>
          <button type="button" class="row" data-name="place-gps" onClick={() => onChoose({ kind: 'auto' })}>
            <Icon name="locate" /><span class="row-main"><span class="row-title">{t('GPS do celular')}</span></span>
          </button>
        </li>
      )}
      {ways.map(([way, icon, label]) => (
        <li key={way}>
          <button type="button" class="row" data-name={`way-${way}`} onClick={() => onWay(way)}>
            <Icon name={icon} /><span class="row-main"><span class="row-title">{label}</span></span><Icon name="next" />
          </button>
        </li>
      ))}
    </ul>
  )
}

function MapWay({ view, start, onChoose, onWay }: Props) {
  const [at, setAt] = useState<LonLat | null>(start)
  const accuracy = 'accuracy_m' in view ? view.accuracy_m : null
  return (
    <>
      <PinMap start={start} accuracyM={accuracy} onMove={setAt} />
      <div class="inline even">
        <Button name="place-cancel" onPress={() => onWay(null)}>{t('Voltar')}</Button>
        <Button kind="primary" icon="check" main name="place-use" disabled={at === null}
          onPress={() => { if (at) onChoose({ kind: 'map', lon: at[0], lat: at[1], accuracy_m: null }); }}>
          {t('Foi aqui')}
        </Button>
      </div>
    </>
  )
}

function AddressWay({ choice, onChoose, onWay }: Props) {
  const [text, setText] = useState(choice.kind === 'address' ? choice.text : '')
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); if (text.trim()) onChoose({ kind: 'address', text: text.trim() }); }}>
      <TextField label={t('Rua, número ou referência')} hint={t('Exemplo: Rua Mossoró, perto do 300, embaixo do viaduto')}
        value={text} onInput={setText} maxLength={ADDRESS_MAX} name="place-text" capitalize />
      <div class="inline even">
        <Button name="place-cancel" onPress={() => onWay(null)}>{t('Voltar')}</Button>
        <Button kind="primary" icon="check" main submit name="place-use" disabled={text.trim() === ''}>{t('Usar')}</Button>
      </div>
    </form>
  )
}
