import { useEffect, useState } from 'preact/hooks'
import { noticesHere, tryNotices, turnNoticesOff, turnNoticesOn, type TurnedOn } from '../../actions/notices'
import type { PushState } from '../../platform/push'
import { Badge, Button, Notice, sayNow, showToast, t } from '../../ui'

const WORDS: Record<Exclude<TurnedOn, 'on'>, () => string> = {
  denied: () => t('O celular não deixou. Permita notificações para o Vínculo nas configurações e tente de novo.'),
  no_answer: () => t('Sem resposta do servidor. Tente de novo quando houver sinal.'),
  refused: () => t('Não deu certo neste navegador. Os avisos continuam dentro do aplicativo.'),
}

/** Told while the app is closed, and while its code is asked: neutral words, of nobody. */
export function Notices() {
  const [state, setState] = useState<PushState | null>(null)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Exclude<TurnedOn, 'on'> | null>(null)
  useEffect(() => { void noticesHere().then(setState, () => setState('unsupported')) }, [])
  const during = (work: () => Promise<void>) => () => {
    if (busy) return
    setBusy(true)
    setFailed(null)
    void work().catch(() => setFailed('refused')).finally(() => setBusy(false))
  }
  const on = during(async () => {
    const found = await turnNoticesOn()
    if (found !== 'on') {
      setFailed(found)
      sayNow(WORDS[found]())
      return
    }
    setState('on')
    showToast({ text: t('Avisos ligados'), icon: 'check' })
  })
  const off = during(async () => {
    setState('off')
    await turnNoticesOff()
  })
  const trial = during(async () => {
    const sent = await tryNotices()
    showToast({ text: sent ? t('Aviso de teste a caminho') : t('Sem resposta do servidor'), icon: sent ? 'send' : 'needs' })
  })
  if (state === null) return null
  return (
    <section class="card stack">
      <h2 class="section">{t('Avisos neste celular')}</h2>
      {state === 'on' && <div class="inline"><Badge tone="ok" icon="check">{t('Ligados')}</Badge></div>}
      {state === 'denied'
        ? <Notice tone="warn" title={t('Bloqueados neste celular')}>{t('Permita notificações para o Vínculo nas configurações do navegador e volte aqui.')}</Notice>
        : state === 'unsupported'
          ? <p class="hint">{t('Este navegador não recebe avisos. No iPhone, instale o aplicativo na tela de início primeiro.')}</p>
          : <p class="hint">{t('Um aviso diz só que há algo novo, como a resposta de uma unidade. Nunca de quem se trata.')}</p>}
      {failed && <Notice tone="warn">{WORDS[failed]()}</Notice>}
      {state === 'off' && <Button icon="info" busy={busy} onPress={on} name="notices-on">{t('Ativar avisos')}</Button>}
      {state === 'on' && (
        <>
          <Button icon="send" busy={busy} onPress={trial} name="notices-try">{t('Mandar um aviso de teste')}</Button>
          <Button kind="quiet" busy={busy} onPress={off} name="notices-off">{t('Desligar avisos')}</Button>
        </>
      )}
    </section>
  )
}
