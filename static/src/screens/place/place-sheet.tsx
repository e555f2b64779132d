import { useState } from 'preact/hooks'
import { NO_PLACE_REASONS, type NoPlaceReason } from '../../contract/terms'
import type { LonLat } from '../../map'
import { Button, Icon, Sheet, t, TextField, Tiles, type IconName } from '../../ui'
import { KnownPoints } from './known-points'
import { PinMap } from './pin-map'
import { ADDRESS_MAX, type PlaceChoice, type StripView } from './place'

export type PlaceWay = 'map' | 'known_point' | 'address' | 'none'

/** "denied" and "unavailable" are the phone's own reasons: a person gives one of these. */
const REASONS: NoPlaceReason[] = ['unsafe', 'moving', 'not_wanted', 'other']

type Props = {
  way: PlaceWay | 'menu' | null
  choice: PlaceChoice
  view: StripView
  /** Where the map opens and what distances are counted from. */
  start: LonLat | null
  late: boolean
  onWay: (way: PlaceWay | null) => void
  onChoose: (choice: PlaceChoice) => void
}

export function PlaceSheet({ way, onWay, ...rest }: Props) {
  return (
    <Sheet open={way !== null} title={titleOf(way)} onClose={() => onWay(null)} name="place-sheet"
      actions={way !== 'map' && way !== 'address' && <Button icon="back" name="place-back" onPress={() => onWay(null)}>{t('Voltar')}</Button>}>
      {way === 'menu' && <Menu onWay={onWay} {...rest} />}
      {way === 'map' && <MapWay onWay={onWay} {...rest} />}
      {way === 'known_point' && <KnownPoints from={rest.start} onPick={(point) => rest.onChoose({ kind: 'known_point', point_id: point.id, name: point.name })} />}
      {way === 'address' && <AddressWay onWay={onWay} {...rest} />}
      {way === 'none' && (
        <Tiles legend={t('Por que não marcar?')} hideLegend name="no-place-reason"
          value={rest.choice.kind === 'none' ? rest.choice.reason : null}
          options={REASONS.map((value) => ({ value, label: t(NO_PLACE_REASONS[value]) }))}
          onChange={(reason) => { if (reason) rest.onChoose({ kind: 'none', reason }); }} />
      )}
    </Sheet>
  )
}

function titleOf(way: Props['way']): string {
  switch (way) {
    case 'map': return t('Ponha o lugar embaixo da marca')
    case 'known_point': return t('Escolha o ponto conhecido')
    case 'address': return t('Rua e número')
    case 'none': return t('Por que não marcar?')
    default: return t('Onde foi?')
  }
}

function Menu({ late, choice, onWay, onChoose }: Omit<Props, 'way'>) {
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

function MapWay({ view, start, onChoose, onWay }: Omit<Props, 'way'>) {
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

function AddressWay({ choice, onChoose, onWay }: Omit<Props, 'way'>) {
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
