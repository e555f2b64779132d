import { useState } from 'preact/hooks'
import { giveUp, tryAgain } from '../../actions'
import { OUTCOMES, SITUATIONS, VISIT_RESULTS } from '../../contract/terms'
import { me, type OutboxItem } from '../../store/state'
import { Button, Icon, Sheet, clockTime, dayAndTime, now, showToast, t, tn, type IconName } from '../../ui'
import { StateBadge } from '../frame/state-badge'
import { sendState } from '../frame/states'

function iconOf(item: OutboxItem): IconName {
  if (item.name.startsWith('shifts.')) return 'clock'
  if (item.name.startsWith('referrals.')) return 'bed'
  if (item.name.startsWith('protection.')) return 'urgent'
  if (item.name.startsWith('home_visits.') || item.name.endsWith('_household')) return 'home'
  if (item.name.startsWith('tasks.')) return 'calendar'
  if (item.name.endsWith('join')) return 'people'
  if (item.name === 'sync.withdraw' || item.name.endsWith('.withdraw')) return 'withdrawn'
  return item.name.endsWith('.complete') ? 'note' : 'person'
}

// The line that the store keeps holds identifiers of the closed lists; here they become words.
function details(item: OutboxItem): string {
  const { situation, outcome, people_count: count, result } = item.what.values
  const word = (list: Record<string, string>, value: unknown) => (typeof value === 'string' && list[value] ? t(list[value]) : null)
  return [
    word(SITUATIONS, situation), word(OUTCOMES, outcome), word(VISIT_RESULTS, result),
    typeof count === 'number' && count > 1 ? tn('{n} pessoa', '{n} pessoas', count) : null,
  ].filter(Boolean).join(' · ')
}

// Only what was made with a form can be corrected with it.
function correctionOf(item: OutboxItem): string | null {
  if (!item.record_id) return null
  if (item.name === 'encounters.record' || item.name === 'encounters.correct') return `#/encontro/corrigir/${item.record_id}`
  if (item.name === 'home_visits.record' || item.name === 'home_visits.correct') return `#/visita/corrigir/${item.record_id}`
  return null
}

export function OutboxEntry({ item }: { item: OutboxItem }) {
  const [asking, setAsking] = useState(false)
  const zone = me.value?.municipality.timezone
  const correction = correctionOf(item)
  const more = details(item)
  const give = async () => {
    setAsking(false)
    await giveUp(item.command_id)
    showToast({ text: t('Você desistiu deste envio'), icon: 'withdrawn' })
  }
  return (
    <li data-name="outbox-item" data-id={item.command_id} data-state={item.state}>
      <div class="row top">
        <Icon name={iconOf(item)} />
        <div class="row-main">
          <span class="row-title">{t(item.what.key, { code: item.what.values['code'] ?? '' })}</span>
          {more && <span class="row-sub">{more}</span>}
          <span class="row-state"><StateBadge state={sendState(item.state)} /><span class="nowrap">{dayAndTime(item.occurred_at, zone)}</span></span>
          {item.urgent && item.state !== 'delivered' && <span class="row-sub">{t('Vai na frente dos outros')}</span>}
          {item.state === 'delivered' && item.receipt && (
            <span class="row-sub">
              {t('Recibo {receipt}', { receipt: item.receipt })}
              {item.delivered_at && ` · ${clockTime(item.delivered_at, zone)}`}
            </span>
          )}
          {item.state !== 'delivered' && item.state !== 'withdrawn' && item.tries > 0 && (
            <span class="row-sub">
              {tn('{n} tentativa', '{n} tentativas', item.tries)}
              {item.next_try_at && item.state === 'queued' && Date.parse(item.next_try_at) > now.value
                && ` · ${t('próxima às {time}', { time: clockTime(item.next_try_at, zone) })}`}
            </span>
          )}
          {item.problem && item.state !== 'delivered' && item.state !== 'withdrawn' && <p class="reason">{t(item.problem.title)}</p>}
        </div>
      </div>
      {item.state === 'needs_you' && (
        <div class="row-actions">
          {correction && <Button kind="primary" icon="edit" href={correction} name="correct">{t('Corrigir')}</Button>}
          <Button icon="again" onPress={() => void tryAgain(item.command_id)} name="try-again">{t('Tentar de novo')}</Button>
          <Button kind="quiet" icon="remove" onPress={() => setAsking(true)} name="give-up">{t('Desistir')}</Button>
        </div>
      )}
      <Sheet open={asking} title={t('Desistir deste envio?')} onClose={() => setAsking(false)} name="give-up-sheet"
        actions={(
          <>
            <Button kind="danger" icon="remove" onPress={() => void give()} name="give-up-yes">{t('Sim, desistir')}</Button>
            <Button onPress={() => setAsking(false)}>{t('Não, deixar na fila')}</Button>
          </>
        )}>
        <p>{t('Este item não chega à central, nem o que depende dele. A desistência fica anotada.')}</p>
      </Sheet>
    </li>
  )
}
