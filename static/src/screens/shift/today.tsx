// On Hoje, of who works in the street: the shift in one row that opens its sheet, and "passei aqui, ninguém".
import { useState } from 'preact/hooks'
import { closedElsewhere, isForgotten, nextPlanned } from '../../rules/shift'
import { me, regions, shift, toldShifts, type Shift } from '../../store/state'
import { Button, Icon, Notice, age, clockTime, dayAndTime, now, t, tn } from '../../ui'
import { ClosedNotice, ForgottenNotice } from './closed'
import { cityNow } from '../referral/city-clock'
import { TodayRoute } from '../route/today'
import { pausedSince, regionHere } from './here'
import { PassBySheet } from './pass-by'
import { ShiftSheet } from './sheet'

function stateWords(open: Shift): string {
  const zone = me.value?.municipality.timezone
  const paused = pausedSince(open)
  if (paused) return t('Em pausa {age}', { age: age(paused, now.value) })
  const here = regionHere()
  if (here && here.id !== open.region_id) return t('O celular mostra {region}. Toque para mudar', { region: here.name })
  return t('Turno aberto às {time}', { time: clockTime(open.started_at, zone) })
}

/** What runs in the city: why the form is short, and whether this team was called for it. */
function OperationNow() {
  const { operation, municipality, teams } = me.value ?? {}
  if (!operation || Date.parse(operation.ends_at) <= cityNow.value) return null
  const called = teams?.some((team) => operation.team_ids.includes(team.id))
  const hours = operation.opens === operation.closes ? t('Equipes na rua o dia todo')
    : t('Equipes na rua das {start} às {end}', { start: operation.opens, end: operation.closes })
  const places = operation.extra_places > 0 && tn('{n} vaga extra', '{n} vagas extras', operation.extra_places)
  return (
    <Notice tone="info" name="operation" title={t('{name} desde {time}', { name: operation.name, time: clockTime(operation.started_at, municipality?.timezone) })}>
      {[called && t('Sua equipe foi chamada'), operation.trigger, hours, places].filter(Boolean).join(' · ')}
    </Notice>
  )
}

function NextPlanned() {
  const next = nextPlanned(me.value?.planned ?? [], cityNow.value)
  if (!next) return null
  const zone = me.value?.municipality.timezone
  const where = regions.value.filter((one) => next.region_ids.includes(one.id)).map((one) => one.name).join(', ')
  const more = [where, next.with_names.length > 0 && t('Com você: {names}', { names: next.with_names.join(', ') }), next.vehicle, next.note]
  return (
    <Notice icon="calendar" name="next-planned"
      title={t('Próximo plantão: {start} às {end}', { start: dayAndTime(next.starts_at, zone), end: clockTime(next.ends_at, zone) })}>
      {more.filter(Boolean).join(' · ')}
    </Notice>
  )
}

export function TodayShift() {
  const [sheet, setSheet] = useState<'shift' | 'pass' | null>(null)
  const open = shift.value
  const close = () => setSheet(null)
  if (!me.value) return null
  if (!open) {
    return (
      <>
        <OperationNow />
        <Notice icon="clock" title={t('O turno está fechado')}>
          {t('Abra o turno uma vez: a equipe e a unidade ficam preenchidas em todos os encontros.')}
        </Notice>
        <NextPlanned />
        <TodayRoute />
      </>
    )
  }
  const closed = closedElsewhere(open, toldShifts.value)
  if (closed) return <ClosedNotice open={open} closed={closed} />
  const region = regions.value.find((one) => one.id === open.region_id)
  return (
    <section class="stack" data-name="today-shift">
      {isForgotten(open, now.value) && <ForgottenNotice open={open} />}
      <OperationNow />
      <ul class="list">
        <li>
          <button type="button" class="row" data-name="shift-row" onClick={() => setSheet('shift')}>
            <Icon name={pausedSince(open) ? 'held' : 'map'} />
            <span class="row-main">
              <span class="row-title">{region?.name ?? t('Em que região vocês estão?')}</span>
              <span class="row-sub">{stateWords(open)}</span>
            </span>
            <Icon name="next" />
          </button>
        </li>
      </ul>
      <TodayRoute />
      <Button icon="street" name="pass-by" onPress={() => setSheet('pass')}>{t('Passei aqui, ninguém')}</Button>
      <ShiftSheet open={sheet === 'shift'} onClose={close} />
      <PassBySheet open={sheet === 'pass'} onClose={close} />
    </section>
  )
}
