import { badge, session, syncState } from '../../store/state'
import { Icon, t, tn, type IconName } from '../../ui'

function stateIcon(): IconName {
  if (badge.value.needsYou) return 'needs'
  if (session.value?.signedOut) return 'lock'
  if (!badge.value.unsent) return 'delivered'
  if (syncState.value.phase === 'running') return 'sending'
  if (syncState.value.phase === 'no_answer') return 'noSignal'
  return badge.value.urgent ? 'urgent' : 'queued'
}

function words(): string {
  const { unsent, flags } = badge.value
  if (flags) return tn('{n} alerta não enviado', '{n} alertas não enviados', flags)
  return unsent ? t('{n} a enviar', { n: unsent }) : t('Tudo enviado')
}

/** Counts what the server has acknowledged; what the phone believes about the network never enters. */
export function SyncBadge({ full }: { full?: boolean }) {
  const { unsent, needsYou } = badge.value
  if (!full && !unsent) return null
  const look = needsYou ? 'sync needs' : unsent ? 'sync waiting' : 'sync'
  return (
    <a class={look} href="#/envio" data-name="sync-badge" data-unsent={unsent}>
      <Icon name={stateIcon()} />
      {full
        ? <span>{words()}{needsYou > 0 && <span class="unseen">, {tn('{n} precisa de você', '{n} precisam de você', needsYou)}</span>}</span>
        : <span><span aria-hidden="true">{unsent}</span><span class="unseen">{words()}</span></span>}
    </a>
  )
}
