import { useState } from 'preact/hooks'
import { me, referrals } from '../../store/state'
import { Button, Icon, age, now, t, tn } from '../../ui'
import { StateBadge } from '../frame/state-badge'
import { cityNow } from '../referral/city-clock'
import { isOpen, referralState } from '../referral/state-words'

const FRESH_MS = 18 * 3_600_000 // as the records beside them: a night shift is one day
const FIRST = 5

/** Those of the shift, and older ones that still wait for a door. */
export function TodayReferrals() {
  const [all, setAll] = useState(false)
  const today = referrals.value.filter((one) => isOpen(one) || now.value - Date.parse(one.occurred_at) < FRESH_MS)
  if (!today.length) return null
  const shown = all ? today : today.slice(0, FIRST)
  return (
    <section>
      <h2 class="section">{t('Encaminhamentos')}</h2>
      <ul class="list">
        {shown.map((referral) => (
          <li key={referral.id}>
            <a class="row" href={`#/encaminhamento/${referral.id}`} data-name="referral" data-id={referral.id} data-status={referral.status}>
              <Icon name="bed" />
              <span class="row-main">
                <span class="row-title">{referral.unit_name ?? t('Abrigo')}</span>
                <span class="row-state"><StateBadge state={referralState(referral, cityNow.value, me.value?.municipality.timezone)} /><span class="nowrap">{age(referral.occurred_at, now.value)}</span></span>
                <span class="row-sub">{t('Código {code}', { code: referral.code })}</span>
              </span>
              <Icon name="next" />
            </a>
          </li>
        ))}
      </ul>
      {shown.length < today.length && (
        <Button kind="quiet" name="more-referrals" onPress={() => setAll(true)}>{tn('Ver mais {n}', 'Ver mais {n}', today.length - shown.length)}</Button>
      )}
    </section>
  )
}
