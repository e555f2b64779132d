import { requests } from '../../store/state'
import { Badge, Icon, age, t, tn } from '../../ui'
import { StateBadge } from '../frame/state-badge'
import { cityNow } from '../referral/city-clock'
import { placeWords, purposeWords, requestState } from './words'

/** What this team was sent to: the urgent first, then who waits longest. */
export function TodayRequests() {
  const open = [...requests.value].sort((a, b) => Number(b.is_urgent) - Number(a.is_urgent) || a.received_at.localeCompare(b.received_at))
  if (!open.length) return null
  return (
    <section data-name="today-requests">
      <h2 class="section">{tn('{n} solicitação', '{n} solicitações', open.length)}</h2>
      <ul class="list">
        {open.map((one) => (
          <li key={one.id}>
            <a class="row" href={`#/solicitacao/${one.id}`} data-name="request" data-id={one.id} data-status={one.status}>
              <Icon name="phone" />
              <span class="row-main">
                <span class="row-title">{placeWords(one) ?? purposeWords(one)}</span>
                <span class="row-state">
                  <StateBadge state={requestState(one.status)} />
                  {one.is_urgent && <Badge tone="bad" icon="needs">{t('Urgente')}</Badge>}
                  <span class="nowrap">{age(one.received_at, cityNow.value)}</span>
                </span>
                <span class="row-sub">{purposeWords(one)}</span>
              </span>
              <Icon name="next" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
