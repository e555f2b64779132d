import { useEffect, useState } from 'preact/hooks'
import { signOut, tryAgain, unsentBeforeSignOut } from '../../actions'
import { outbox, syncState } from '../../store/state'
import { Button, Notice, Sheet, replace, t, tn } from '../../ui'

/** Never drops unsent work, and never does it silently. */
export function SignOut() {
  const [unsent, setUnsent] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)
  const open = unsent !== null
  const ask = async () => setUnsent(await unsentBeforeSignOut())
  // While the question stands, what is being sent goes on being counted.
  const items = outbox.value
  useEffect(() => {
    if (open) void ask()
  }, [items])
  const leave = async () => {
    setBusy(true)
    try {
      await signOut()
      replace('/entrar')
    } finally {
      setBusy(false)
      setUnsent(null)
    }
  }
  return (
    <>
      <Button kind="danger" icon="leave" onPress={() => void ask()} name="sign-out">{t('Sair')}</Button>
      <Sheet open={open} title={t('Sair deste celular?')} onClose={() => setUnsent(null)} name="sign-out-sheet"
        actions={(
          <>
            {unsent ? <Button kind="primary" icon="send" busy={syncState.value.phase === 'running'} onPress={() => void tryAgain()} name="send-first">{t('Enviar antes de sair')}</Button> : null}
            <Button kind="danger" icon="leave" busy={busy} onPress={() => void leave()} name="sign-out-yes">{unsent ? t('Sair assim mesmo') : t('Sair')}</Button>
            <Button onPress={() => setUnsent(null)}>{t('Ficar')}</Button>
          </>
        )}>
        {unsent
          ? (
            <Notice tone="warn" title={tn('{n} item ainda não foi enviado', '{n} itens ainda não foram enviados', unsent)}>
              {t('Continua guardado e fechado neste celular, e sai sozinho quando houver sinal.')}
            </Notice>
          )
          : <p>{t('Tudo já foi enviado.')}</p>}
      </Sheet>
    </>
  )
}
