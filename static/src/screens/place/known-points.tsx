import { useState } from 'preact/hooks'
import type { Point } from '../../contract/pull'
import { distanceM, type LonLat } from '../../map'
import { points, regions } from '../../store/state'
import { distance, Icon, t, TextField } from '../../ui'
import { found } from './search'

const SHOWN = 30

/** Registered points, nearest first where the phone knows where it is. */
export function KnownPoints({ from, onPick, more, order }: {
  from: LonLat | null
  onPick: (point: Point) => void
  /** What else is said of a point. */
  more?: (point: Point) => string | null
  /** Another order than by distance. */
  order?: ((a: Point, b: Point) => number) | null
}) {
  const [query, setQuery] = useState('')
  const all = points.value
  const away = (point: Point) => (from === null ? null : distanceM(from, [point.lon, point.lat]))
  const list = all.filter((point) => found(query, point.name))
    .sort(order ?? ((a, b) => (from === null ? a.name.localeCompare(b.name, 'pt-BR') : away(a)! - away(b)!)))
    .slice(0, SHOWN)
  if (all.length === 0) return <p class="empty">{t('Ainda não há pontos conhecidos neste celular.')}</p>
  return (
    <div class="stack">
      {all.length > 6 && (
        <TextField label={t('Procurar ponto')} type="search" inputMode="search" value={query} onInput={setQuery} name="point-search" />
      )}
      {list.length === 0 && <p class="empty">{t('Nenhum ponto com esse nome.')}</p>}
      <ul class="list scrolls">
        {list.map((point) => {
          const metres = away(point)
          const region = regions.value.find((one) => one.id === point.region_id)?.name
          const sub = [metres === null ? null : distance(metres), region, more?.(point)].filter(Boolean).join(' · ')
          return (
            <li key={point.id}>
              <button type="button" class="row" data-name="known-point" onClick={() => onPick(point)}>
                <Icon name="street" />
                <span class="row-main"><span class="row-title">{point.name}</span>{sub && <span class="row-sub">{sub}</span>}</span>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
