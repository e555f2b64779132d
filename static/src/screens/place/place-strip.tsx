import { useState } from 'preact/hooks'
import type { LonLat } from '../../map'
import { position, restartPosition } from '../../platform/position'
import { points, regions } from '../../store/state'
import { Button, Icon, t } from '../../ui'
import type { PlaceChoice, StripView } from './place'
import { stripView } from './place'
import { PlaceSheet, type PlaceWay } from './place-sheet'
import { stripWords } from './words'

/** Where it was. It never asks to wait: whatever it says, saving goes on. */
export function PlaceStrip({ choice, late, onChoose, error, optional }: {
  choice: PlaceChoice
  late: boolean
  onChoose: (choice: PlaceChoice) => void
  error?: string | null | undefined
  /** A home visit: the place is asked of nobody and begins empty. */
  optional?: boolean
}) {
  const [way, setWay] = useState<PlaceWay | 'menu' | null>(null)
  const pointName = (id: string) => points.value.find((point) => point.id === id)?.name ?? null
  const view = stripView(choice, position.value, late, Date.now(), pointName)
  const empty = optional === true && view.state === 'none' && view.reason === 'other'
  const words = empty
    ? { look: 'none' as const, icon: 'pin' as const, title: t('Local: não marcado'), sub: t('Só se for preciso') }
    : stripWords(view, regions.value)
  const ways = empty ? [] : waysOf(view)
  return (
    <div class="place" data-name="place" data-state={view.state}>
      <button type="button" class={`place-strip ${words.look}`} data-name="place-strip" onClick={() => setWay('menu')}>
        <Icon name={words.icon} />
        <span class="row-main" aria-live="polite">
          <span class="row-title">{words.title}</span>
          <span class="place-second">
            <span class="row-sub">{words.sub}</span>
            <span class="place-change">{empty ? t('Marcar') : t('Mudar')}</span>
          </span>
        </span>
      </button>
      {view.state === 'approximate' && <PreciseHelp />}
      {ways.length > 0 && (
        <div class="place-ways">
          {ways.map((one) => (
            <Button key={one} name={`place-${one}`} onPress={() => setWay(one)}>{one === 'map' && view.state === 'ask_where' ? t('No mapa') : wayLabel(one)}</Button>
          ))}
        </div>
      )}
      {view.state === 'no_signal' && view.denied && <PermissionHelp />}
      {error && <p class="error"><Icon name="needs" small /> {error}</p>}
      <PlaceSheet
        way={way}
        choice={choice}
        view={view}
        start={startOf(view, choice)}
        late={late}
        onWay={setWay}
        onChoose={(chosen) => {
          if (chosen.kind === 'auto') restartPosition()
          onChoose(chosen)
          setWay(null)
        }}
      />
    </div>
  )
}

/** Where the map opens: at what is known of this encounter's place, else over the whole city. */
function startOf(view: StripView, choice: PlaceChoice): LonLat | null {
  if ('at' in view) return view.at
  const point = choice.kind === 'known_point' ? points.value.find((one) => one.id === choice.point_id) : undefined
  return point === undefined ? null : [point.lon, point.lat]
}

/** The ways out that the state itself offers, beside the strip's own "Mudar". */
function waysOf(view: StripView): PlaceWay[] {
  switch (view.state) {
    case 'low': case 'approximate': return ['map', 'known_point']
    case 'no_signal': return ['known_point', 'address', 'none']
    case 'ask_where': return ['known_point', 'map', 'address', 'none']
    default: return []
  }
}

function wayLabel(way: PlaceWay): string {
  switch (way) {
    case 'map': return t('Ajustar')
    case 'known_point': return t('Ponto conhecido')
    case 'address': return t('Rua e número')
    case 'none': return t('Sem local')
  }
}

function PreciseHelp() {
  return (
    <details class="help">
      <summary>{t('Como dar o local exato')}</summary>
      <p>{t('Abra as configurações do celular, toque em Localização, escolha este aplicativo e ligue “Usar local exato”. Depois toque em Mudar e em GPS do celular.')}</p>
    </details>
  )
}

function PermissionHelp() {
  return (
    <details class="help">
      <summary>{t('Como ligar a localização')}</summary>
      <p>{t('Abra as configurações do celular, toque em Localização, escolha este aplicativo e permita. Depois toque em Mudar e em GPS do celular.')}</p>
    </details>
  )
}
