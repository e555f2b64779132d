import { useRef, useState } from 'preact/hooks'
import { DraftRefused, exportOutbox, SaveFailed } from '../../actions'
import { Button, Icon, sayNow, Sheet, t } from '../../ui'
import type { Problems } from './problems'

export type Failure = { reason: SaveFailed['reason'] | 'unknown' }

/**
 * One save at a time. A draft that the rules refuse is shown in place; anything else means that nothing was stored, and is
 * said so before anything else can be done.
 */
export function useSave() {
  const [busy, setBusy] = useState(false)
  // Not the state: a second tap may come before the screen was drawn again, and would save a second record.
  const under = useRef(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [problems, setProblems] = useState<Problems>({})
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (under.current) return
    under.current = true
    setBusy(true)
    setProblems({})
    try {
      await work()
      setFailure(null)
    } catch (error) {
      if (error instanceof DraftRefused) setProblems(error.fields)
      else {
        sayNow(t('Não foi guardado'))
        setFailure({ reason: error instanceof SaveFailed ? error.reason : 'unknown' })
      }
    } finally {
      under.current = false
      setBusy(false)
    }
  }
  return { busy, failure, problems, run, dismiss: () => setFailure(null) }
}

export function saved(): void {
  // Not on iOS; the screen and the live region say the same.
  navigator.vibrate?.(60)
}

/** Blocking: the person must know that this record exists nowhere but on this screen. */
export function SaveFailedSheet({ failure, busy, onRetry, onClose }: {
  failure: Failure | null; busy: boolean; onRetry: () => void; onClose: () => void
}) {
  const [exported, setExported] = useState<'no' | 'done' | 'failed'>('no')
  return (
    <Sheet open={failure !== null} title={t('Não foi guardado')} name="save-failed" onClose={onClose}
      actions={(
        <>
          <Button kind="primary" icon="again" main busy={busy} name="save-retry" onPress={onRetry}>{t('Tentar de novo')}</Button>
          <Button icon="download" name="save-export" onPress={() => { download().then(() => setExported('done'), () => setExported('failed')); }}>
            {t('Salvar uma cópia do que falta enviar')}
          </Button>
          <Button kind="quiet" icon="back" name="save-back" onPress={onClose}>{t('Voltar ao formulário')}</Button>
        </>
      )}>
      <p class="failed-words"><Icon name="urgent" /> {failureWords(failure)}</p>
      <p>{t('O que você preencheu continua na tela. Não feche o aplicativo.')}</p>
      {exported === 'done' && <p class="hint">{t('Cópia salva. Ela está trancada: só a prefeitura consegue abrir.')}</p>}
      {exported === 'failed' && <p class="error"><Icon name="needs" small /> {t('A cópia também não deu certo. Libere espaço no celular.')}</p>}
    </Sheet>
  )
}

function failureWords(failure: Failure | null): string {
  switch (failure?.reason) {
    case 'quota': return t('O celular está sem espaço. Apague fotos ou vídeos e tente de novo.')
    case 'no_database': return t('O aplicativo não conseguiu abrir a memória do celular.')
    default: return t('O celular não conseguiu guardar este registro.')
  }
}

async function download(): Promise<void> {
  const url = URL.createObjectURL(await exportOutbox())
  const link = document.createElement('a')
  link.href = url
  link.download = `vinculo-${new Date().toISOString().slice(0, 10)}.vinculo`
  link.click()
  // The download has its own hold on the bytes only after the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
