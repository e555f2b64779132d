// Screen A: the shift, what was registered today, what the shelters answered, where there is room, one big button.
import { badge, households, me, shift, syncState } from '../../store/state'
import { BarButton, Button, Icon, Notice, clockTime, lasting, megabytes, now, t, tn } from '../../ui'
import { later } from '../frame/lazy'
import { Screen } from '../frame/screen'
import { SyncBadge } from '../frame/sync-badge'
import { isHomeVisitor, isStreetWorker } from '../frame/who'
import { InstallHint } from '../install-hint'
import { TodayRecords } from './records'
import { Unfinished } from './unfinished'

const TodayShift = later(() => import('./street').then((file) => file.TodayShift))
const TodayFlags = later(() => import('../flag/today').then((file) => file.TodayFlags))
const TodayTasks = later(() => import('../tasks/today').then((file) => file.TodayTasks))
const TodayRequests = later(() => import('./street').then((file) => file.TodayRequests))
const TodayReferrals = later(() => import('./referrals').then((file) => file.TodayReferrals))
const RoomNow = later(() => import('./street').then((file) => file.RoomNow))
const Families = later(() => import('./families').then((file) => file.Families)) // a visitor's alone

function ShiftClock() {
  const open = shift.value
  if (!open) return <span class="clock"><Icon name="clock" /><span>{clockTime(new Date(now.value).toISOString(), me.value?.municipality.timezone)}</span></span>
  return (
    <span class="clock" data-name="shift-clock">
      <Icon name="clock" />
      <span><span class="unseen">{t('Turno aberto há')} </span>{lasting(open.started_at, now.value)}</span>
    </span>
  )
}

function FirstDownload() {
  if (me.value) return null
  const pulled = syncState.value.pulled
  const waiting = syncState.value.phase === 'no_answer'
  return (
    <Notice icon="download" name="first-download"
      title={waiting ? t('Sem sinal para baixar as informações da equipe') : t('Baixando as informações da sua equipe')}>
      {pulled
        ? t('{n} itens, {size}. Se o sinal cair, continua de onde parou.', { n: pulled.done, size: megabytes(pulled.bytes) })
        : t('Unidades, regiões e pontos conhecidos. É só na primeira vez.')}
    </Notice>
  )
}

function NeedsYou() {
  const { needsYou } = badge.value
  if (!needsYou) return null
  return (
    <Notice tone="warn" name="needs-you" title={tn('{n} registro precisa de você', '{n} registros precisam de você', needsYou)}
      actions={<Button icon="next" href="#/envio">{t('Ver o motivo')}</Button>} />
  )
}

function MainButtons() {
  const street = isStreetWorker()
  const visitor = isHomeVisitor()
  // A flag waits for no shift and for nothing that has to come first.
  return (
    <>
      {!(street && visitor) && <Button icon="urgent" href="#/alerta" name="new-flag">{t('Alerta')}</Button>}
      {me.value && visitor && (
        <Button kind={street ? 'secondary' : 'primary'} main icon="home" href="#/visita" name="new-visit">{t('Nova visita')}</Button>
      )}
      {me.value && street && (shift.value
        ? <Button kind="primary" main icon="plus" href="#/encontro" name="new-encounter">{t('Novo encontro')}</Button>
        : <Button kind="primary" main icon="clock" href="#/turno" name="open-shift">{t('Abrir o turno')}</Button>)}
    </>
  )
}

export function TodayScreen() {
  const street = isStreetWorker()
  const visitor = isHomeVisitor()
  const field = street || visitor
  const team = me.value?.teams.find((one) => one.id === shift.value?.team_id) ?? me.value?.teams[0]
  return (
    <Screen title={team?.name ?? t('Hoje')}
      end={<>{street && visitor && <BarButton icon="urgent" href="#/alerta" name="new-flag">{t('Alerta')}</BarButton>}<BarButton icon="person" href="#/eu" name="me">{t('Eu')}</BarButton></>}
      below={<><ShiftClock /><SyncBadge full /></>}
      bottom={<MainButtons />}>
      {field && <FirstDownload />}
      <InstallHint />
      {!field && (
        <Notice title={t('Este acesso não registra em campo')} actions={<Button icon="next" href="/">{t('Ir para a mesa')}</Button>}>
          {t('Peça à coordenação o acesso de equipe de rua ou de visitador.')}
        </Notice>
      )}
      {street && <TodayShift />}
      <NeedsYou />
      {street && <TodayRequests />}
      <TodayFlags />
      {field && <Button icon="people" href="#/pessoas" name="people">{t('Pessoas que conhecemos')}</Button>}
      {field && <Unfinished />}
      {field && <TodayTasks />}
      {field && <TodayRecords />}
      {field && <TodayReferrals />}
      {(visitor || households.value.length > 0) && <Families />}
      {street && <RoomNow />}
    </Screen>
  )
}
