// "Abrigos com vaga": the figure that a desk typed, never without its age. An old figure is said to be old.
import { useState } from 'preact/hooks'
import { me, units } from '../../store/state'
import { Badge, Button, Icon, age, t, tn } from '../../ui'
import { cityNow } from '../referral/city-clock'

const FIRST = 4

export function RoomNow() {
  const [all, setAll] = useState(false)
  const open = units.value
    .filter((unit) => unit.takes_referrals && (unit.free_places ?? 0) > 0 && unit.free_noted_at)
    .sort((a, b) => Date.parse(b.free_noted_at!) - Date.parse(a.free_noted_at!))
  const shown = all ? open : open.slice(0, FIRST)
  if (!me.value) return null
  return (
    <section>
      <h2 class="section">{t('Abrigos com vaga')}</h2>
      {!open.length && <p class="empty">{t('Nenhum abrigo informou vaga. Ligue antes de encaminhar.')}</p>}
      {open.length > 0 && (
        <ul class="list">
          {shown.map((unit) => {
            const old = cityNow.value - Date.parse(unit.free_noted_at!) > unit.figure_minutes * 60_000
            const inside = (
              <>
                <Icon name="bed" />
                <span class="row-main">
                  <span class="row-title">{unit.name}</span>
                  <span class="row-state">
                    <Badge tone={old ? 'warn' : 'ok'} icon={old ? 'clock' : 'check'}>{tn('{n} vaga', '{n} vagas', unit.free_places!)}</Badge>
                    <span class="nowrap">{age(unit.free_noted_at!, cityNow.value)}{old && ` · ${t('não confirmado')}`}</span>
                  </span>
                </span>
              </>
            )
            return (
              <li key={unit.id}>
                {unit.phone
                  ? <a class="row" href={`tel:${unit.phone.replace(/[^\d+]/g, '')}`} aria-label={t('Ligar para {name}', { name: unit.name })}>{inside}<Icon name="phone" /></a>
                  : <div class="row">{inside}</div>}
              </li>
            )
          })}
        </ul>
      )}
      {!all && open.length > FIRST && (
        <Button kind="quiet" onPress={() => setAll(true)}>{tn('Ver mais {n}', 'Ver mais {n}', open.length - FIRST)}</Button>
      )}
    </section>
  )
}
