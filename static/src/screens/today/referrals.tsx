import { referrals } from '../../store/state'
import { Icon, age, now, t } from '../../ui'
import { StateBadge } from '../frame/state-badge'
import { referralState } from '../frame/states'

export function TodayReferrals() {
  if (!referrals.value.length) return null
  return (
    <section>
      <h2 class="section">{t('Encaminhamentos')}</h2>
      <ul class="list">
        {referrals.value.map((referral) => (
          <li key={referral.id}>
            <a class="row" href={`#/encaminhamento/${referral.id}`} data-name="referral" data-id={referral.id} data-status={referral.status}>
              <Icon name="bed" />
              <span class="row-main">
                <span class="row-title">{referral.unit_name ?? t('Abrigo')}</span>
                <span class="row-state"><StateBadge state={referralState(referral)} /><span class="nowrap">{age(referral.occurred_at, now.value)}</span></span>
                <span class="row-sub">{t('Código {code}', { code: referral.code })}</span>
              </span>
              <Icon name="next" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
