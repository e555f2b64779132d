// The stops of tonight in their order, what became of each, and the points that wait. Where the phone is, is asked by a tap
// or known from the open shift; nothing of it is kept or sent.
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Point, RouteStop } from '../../contract/pull'
import { position, restartPosition, stopPosition } from '../../platform/position'
import { me, regions, shift } from '../../store/state'
import { Badge, Button, Icon, Notice, clockTime, dayAndTime, t, type Params } from '../../ui'
import { Screen } from '../frame/screen'
import { StateBadge } from '../frame/state-badge'
import { hereNow } from '../shift/here'
import { StopScreen } from './stop'
import { comingNight, lastAt, tonight, waiting } from './tonight'
import { isPeak, stopState, visitWords, wayWords, standing } from './words'

const SHOWN = 12

export function RouteScreens({ params }: { params: Params }) {
  return params['id'] ? <StopScreen key={params['id']} id={params['id']} /> : <StopsScreen />
}

function StopsScreen() {
  const zone = me.value?.municipality.timezone
  const here = hereNow()
  const nights = tonight.value
  const coming = comingNight.value
  const due = waiting(here)
  const [all, setAll] = useState(false)
  return (
    <Screen title={t('Próximas paradas')} backTo="/hoje">
      <Where />
      {nights.map(({ night, stops }) => {
        const left = stops.filter(({ state }) => state === null)
        const made = stops.filter(({ state }) => state !== null)
        return (
          <section key={night.id + night.on_date} class="stack" data-name="route-night">
            <h2 class="section">{night.name} <small>{t('{start} às {end}', { start: clockTime(night.starts_at, zone), end: clockTime(night.ends_at, zone) })}</small></h2>
            {night.note && <p>{night.note}</p>}
            {left.length > 0
              ? <ul class="list">{left.map((stop) => <StopRow key={stop.point_id} id={stop.point_id} point={stop.point} stop={stop} order={stops.indexOf(stop) + 1} />)}</ul>
              : <Notice tone="ok" icon="delivered" name="route-whole" title={t('Todas as paradas têm resposta')} />}
            {made.length > 0 && (
              <>
                <h3 class="section">{t('Já respondidas')}</h3>
                <ul class="list">{made.map((stop) => <StopRow key={stop.point_id} id={stop.point_id} point={stop.point} stop={stop} order={stops.indexOf(stop) + 1} />)}</ul>
              </>
            )}
          </section>
        )
      })}
      {nights.length === 0 && (
        <Notice icon="calendar" name="no-route" title={t('Sem roteiro agora')}>
          {coming ? t('O próximo: {name}, {start}.', { name: coming.name, start: dayAndTime(coming.starts_at, zone) }) : t('A coordenação monta os roteiros na mesa.')}
        </Notice>
      )}
      {due.length > 0 && (
        <section class="stack" data-name="waiting-points">
          <h2 class="section">{t('Pontos à espera de visita')}</h2>
          <p class="hint">{here ? t('Os mais perto primeiro.') : t('Os que esperam há mais tempo primeiro.')}</p>
          <ul class="list">{(all ? due : due.slice(0, SHOWN)).map((point) => <StopRow key={point.id} id={point.id} point={point} />)}</ul>
          {due.length > SHOWN && !all && <Button icon="plus" name="all-waiting" onPress={() => setAll(true)}>{t('Ver todos ({n})', { n: due.length })}</Button>}
        </section>
      )}
    </Screen>
  )
}

/** Asked by a tap where no shift keeps the place warm; forgotten with the screen. */
function Where() {
  const [asked, setAsked] = useState(false)
  useEffect(() => () => { if (shift.value === null) stopPosition() }, [])
  if (hereNow()) return null
  const { status } = position.value
  if (asked && (status === 'denied' || status === 'unavailable')) return <p class="hint">{t('O celular não deu o local. A ordem do roteiro continua valendo.')}</p>
  return (
    <Button icon="locate" name="measure" busy={asked && status === 'searching'} onPress={() => { setAsked(true); restartPosition() }}>
      {t('Ver a que distância estou')}
    </Button>
  )
}

function StopRow({ id, point, stop, order }: { id: string; point: Point | undefined; stop?: RouteStop; order?: number }) {
  const state = stop && stopState(stop)
  const region = regions.value.find((one) => one.id === point?.region_id)?.name
  const last = point ? lastAt(point) : null
  const sub: ComponentChildren = point && [wayWords(hereNow(), point), visitWords(point, last)].filter(Boolean).join(' · ')
  return (
    <li>
      <a class="row" href={`#/roteiro/${id}`} data-name="stop" data-id={id} data-state={stop?.state ?? 'open'}>
        <Icon name={order === undefined ? 'street' : 'pin'} />
        <span class="row-main">
          <span class="row-title">{order !== undefined && `${order}. `}{point?.name ?? t('Ponto fora de uso')}</span>
          {(state || (point && (isPeak(point) || standing(point, last) === 'precarious'))) && (
            <span class="row-state">
              {state && <StateBadge state={state} />}
              {!state && point && standing(point, last) === 'precarious' && <Badge tone="warn" icon="needs">{t('informação precária')}</Badge>}
              {!state && point && isPeak(point) && <Badge icon="people">{t('hora de mais gente')}</Badge>}
            </span>
          )}
          <span class="row-sub">{sub}{sub && region ? ` · ${region}` : region}</span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  )
}
