// On Hoje: tonight's route and how far it is, or that points wait; one row that opens the stops.
import { Icon, clockTime, dayAndTime, t, tn } from '../../ui'
import { me } from '../../store/state'
import { comingNight, tonight, waiting } from './tonight'

export function TodayRoute() {
  const zone = me.value?.municipality.timezone
  const [first] = tonight.value
  const coming = comingNight.value
  const due = first ? 0 : waiting(null).length
  if (!first && !coming && !due) return null
  const made = first?.stops.filter(({ state }) => state !== null).length ?? 0
  const next = first?.stops.find(({ state }) => state === null)?.point?.name
  return (
    <ul class="list">
      <li>
        <a class="row" href="#/roteiro" data-name="today-route">
          <Icon name="pin" />
          <span class="row-main">
            <span class="row-title">{first ? first.night.name : due ? tn('{n} ponto à espera de visita', '{n} pontos à espera de visita', due) : coming!.name}</span>
            <span class="row-sub">
              {first && t('{done} de {all} paradas', { done: made, all: first.stops.length })}
              {first && (next ? ` · ${t('próxima: {name}', { name: next })}` : ` · ${t('até {time}', { time: clockTime(first.night.ends_at, zone) })}`)}
              {!first && coming && t('Roteiro {name}: {start}', { name: coming.name, start: dayAndTime(coming.starts_at, zone) })}
              {!first && !coming && t('Sem roteiro agora')}
            </span>
          </span>
          <Icon name="next" />
        </a>
      </li>
    </ul>
  )
}
