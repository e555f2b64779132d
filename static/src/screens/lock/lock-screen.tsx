// The shut phone: whose it is, the code, and what may be done without it.
import { useEffect, useState } from 'preact/hooks'
import sign from '../../../assets/icons/vinculo.svg'
import { leaveLock, turnTo, unlock } from '../../actions'
import { lock, withoutEntering } from '../../store/state'
import type { LockedWorker } from '../../store/types'
import { Button, Icon, Notice, sayNow, t, tn } from '../../ui'
import { later } from '../frame/lazy'
import { StorageNotices } from '../frame/notices'
import { Screen } from '../frame/screen'
import { forgotten, returningAs } from '../sign-in'
import { CodeField } from './code-field'
import { PasskeyButton } from './passkey-button'

const WithoutEntering = later(() => import('./without-entering').then((file) => file.WithoutEntering))

export function LockScreen() {
  const here = lock.value
  const worker = here?.workers.find((each) => each.key === here.key)
  if (!here || !worker) return null
  if (withoutEntering.value) return <WithoutEntering worker={worker} onDone={() => { withoutEntering.value = false }} />
  return <Shut key={worker.key} worker={worker} others={here.workers.filter((each) => each !== worker)} />
}

function Shut({ worker, others }: { worker: LockedWorker; others: LockedWorker[] }) {
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [wait, setWait] = useState(0)
  const [trouble, setTrouble] = useState<string | null>(null)
  useEffect(() => {
    if (wait <= 0) return undefined
    const timer = setTimeout(() => setWait(wait - 1), 1000)
    return () => clearTimeout(timer)
  }, [wait])

  const open = async () => {
    if (busy || wait > 0) return
    setBusy(true)
    const result = await unlock(code).catch(() => null)
    setBusy(false)
    if (result?.ok) return
    setCode('')
    if (result === null) return fail(t('Não foi possível abrir agora. Tente de novo.'))
    setWait(result.wait_s)
    fail(t('O código não confere.'))
  }
  const fail = (words: string) => {
    setTrouble(words)
    sayNow(words)
  }
  const toSignIn = (hasForgotten: boolean) => {
    forgotten.value = hasForgotten ? worker.login : null
    returningAs.value = hasForgotten ? worker.login : ''
    leaveLock()
  }
  return (
    <Screen plain title={t('Celular fechado')}
      bottom={(
        <Button kind="primary" main form="unlock" icon="enter" busy={busy} disabled={wait > 0} name="unlock">
          {wait > 0 ? t('Espere {n} s', { n: wait }) : t('Abrir')}
        </Button>
      )}>
      <StorageNotices />
      <div class="hero">
        <img src={sign} alt="" width="64" height="64" />
        <div>
          <p class="hero-name" data-name="lock-worker">{worker.name}</p>
          <p class="hint">{worker.city}</p>
        </div>
      </div>
      <form id="unlock" class="stack" autocomplete="off" onSubmit={(event) => { event.preventDefault(); void open() }}>
        {trouble && <Notice tone="bad" name="unlock-trouble">{trouble}</Notice>}
        <CodeField label={t('Código deste celular')} name="code" value={code} onInput={setCode} />
      </form>
      <PasskeyButton worker={worker} onTrouble={fail} />
      {worker.canRecord && <Button icon="plus" name="without-entering" onPress={() => { withoutEntering.value = true }}>{t('Registrar sem entrar')}</Button>}
      {worker.unsent > 0 && (
        <p class="hint" data-name="lock-unsent"><Icon name="queued" small /> {tn('{n} registro a enviar: sai sozinho quando houver sinal.', '{n} registros a enviar: saem sozinhos quando houver sinal.', worker.unsent)}</p>
      )}
      <ul class="list">
        <li>
          <button type="button" class="row" data-name="forgot-code" onClick={() => toSignIn(true)}>
            <Icon name="help" />
            <span class="row-main"><span class="row-title">{t('Esqueci o código')}</span><span class="row-sub">{t('Precisa de sinal e da sua senha')}</span></span>
            <Icon name="next" />
          </button>
        </li>
        {others.map((other) => (
          <li key={other.key}>
            <button type="button" class="row" data-name="other-worker" onClick={() => void turnTo(other.key)}>
              <Icon name="person" /><span class="row-main row-title">{other.name}</span><Icon name="next" />
            </button>
          </li>
        ))}
        <li>
          <button type="button" class="row" data-name="somebody-else" onClick={() => toSignIn(false)}>
            <Icon name="people" /><span class="row-main row-title">{t('Outra pessoa')}</span><Icon name="next" />
          </button>
        </li>
      </ul>
    </Screen>
  )
}
