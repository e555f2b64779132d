// Everything that this phone still owes, and what was delivered: what, when, state, receipt, the reason in plain words.
import { useState } from 'preact/hooks'
import { tryAgain } from '../../actions'
import { badge, outbox, syncState } from '../../store/state'
import { Button, Notice, age, now, say, t, tn } from '../../ui'
import { Screen } from '../frame/screen'
import { Export } from './export'
import { OutboxEntry } from './item'

function Summary() {
  const { unsent, needsYou } = badge.value
  const { phase, lastSuccessAt } = syncState.value
  const last = lastSuccessAt ? t('Última resposta da central: {age}.', { age: age(lastSuccessAt, now.value) }) : t('A central ainda não respondeu neste celular.')
  if (!unsent) return <Notice tone="ok" title={t('Tudo enviado')}>{last}</Notice>
  const title = tn('{n} item a enviar', '{n} itens a enviar', unsent)
  if (needsYou) {
    return (
      <Notice tone="warn" title={tn('{n} precisa de você', '{n} precisam de você', needsYou)}>
        {t('Veja o motivo abaixo. Nada foi apagado.')}
      </Notice>
    )
  }
  return (
    <Notice icon={phase === 'running' ? 'sending' : phase === 'no_answer' ? 'noSignal' : 'queued'} title={title}>
      {phase === 'running' ? t('Enviando agora.')
        : t('Guardado no celular. Envia sozinho quando houver sinal.')} {last}
    </Notice>
  )
}

export function OutboxScreen() {
  const [asked, setAsked] = useState(false)
  const unsent = outbox.value.filter((item) => item.state !== 'delivered' && item.state !== 'withdrawn')
  const done = outbox.value.filter((item) => item.state === 'delivered' || item.state === 'withdrawn')
  const running = asked || syncState.value.phase === 'running'
  const send = async () => {
    setAsked(true)
    try {
      await tryAgain()
      if (syncState.value.phase === 'no_answer') say(t('Sem resposta da central. Envia sozinho quando houver sinal.'))
    } finally {
      setAsked(false)
    }
  }
  return (
    <Screen title={t('Envio')} backTo="/hoje"
      bottom={unsent.length > 0 && (
        <Button kind="primary" main icon="sending" busy={running} onPress={() => void send()} name="send-now">
          {running ? t('Enviando…') : t('Enviar agora')}
        </Button>
      )}>
      <Summary />
      {unsent.length > 0 && (
        <section>
          <h2 class="section">{t('A enviar')}<small>{unsent.length}</small></h2>
          <ul class="list">{unsent.map((item) => <OutboxEntry key={item.command_id} item={item} />)}</ul>
        </section>
      )}
      {unsent.length > 0 && <Export count={unsent.length} />}
      {done.length > 0 && (
        <section>
          <h2 class="section">{t('Já resolvidos')}<small>{done.length}</small></h2>
          <ul class="list">{done.map((item) => <OutboxEntry key={item.command_id} item={item} />)}</ul>
        </section>
      )}
    </Screen>
  )
}
