/** The worker's own flags: where each stands, not what it is about. */
import { useEffect } from 'preact/hooks'
import { followFlags } from '../../actions/flag-news'
import { ownFlags, toldAt, watchFlags } from '../../store/flags'
import { Badge, Button, Icon, clockTime, t } from '../../ui'
import { Screen } from '../frame/screen'
import { sendState } from '../frame/states'
import { StateBadge } from '../frame/state-badge'
import { me } from '../../store/state'
import { guidanceOf, isWaiting, stateWords, timeOf } from './state-words'
import './flag.css'

export function FlagsScreen() {
  useEffect(watchFlags, [])
  useEffect(followFlags, [])
  const flags = ownFlags.value
  return (
    <Screen title={t('Alertas')} backTo="/hoje"
      bottom={<Button kind="primary" main icon="urgent" href="#/alerta" name="new-flag">{t('Novo alerta')}</Button>}>
      {flags.length === 0 && <p class="empty">{toldAt.value ? t('Nenhum alerta seu nos últimos 30 dias.') : t('Nenhum alerta neste celular. Os de outro celular aparecem quando houver sinal.')}</p>}
      {flags.length > 0 && (
        <ul class="list" data-name="flags">
          {flags.map((flag) => {
            const guidance = guidanceOf(flag)
            return (
              <li key={flag.id}>
                <a class="row" href={`#/alertas/${flag.id}`} data-name="flag" data-id={flag.id} data-state={flag.state}>
                  <Icon name="urgent" />
                  <span class="row-main">
                    <span class="row-title">{t('Alerta das {time}', { time: timeOf(flag.occurred_at) })}</span>
                    {guidance && <span class="row-state"><Badge tone={guidance.tone} icon={guidance.icon}>{guidance.words}</Badge></span>}
                    {isWaiting(flag) ? <span class="row-state"><StateBadge state={sendState(flag.state)} /></span> : <span class="row-sub">{stateWords(flag)}</span>}
                  </span>
                  <Icon name="next" />
                </a>
              </li>
            )
          })}
        </ul>
      )}
      {toldAt.value > 0 && <p class="hint">{t('Como estava às {time}', { time: clockTime(new Date(toldAt.value).toISOString(), me.value?.municipality.timezone) })}</p>}
    </Screen>
  )
}
