import sign from '../../assets/icons/vinculo.svg'
import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { signIn, signInByPasskey, turnTo, vaultsHere, type SignInResult } from '../actions'
import { hasPasskeys } from '../platform/install'
import { deviceLabel, rememberDeviceLabel } from '../store/remembered'
import { othersUnsent, session } from '../store/state'
import { Button, Notice, TextField, replace, sayNow, t, tn } from '../ui'
import { later } from './frame/lazy'
import { StorageNotices } from './frame/notices'
import { Screen } from './frame/screen'

export function guessedLabel(): string {
  const agent = navigator.userAgent
  if (/iPhone/.test(agent)) return 'iPhone'
  if (/iPad/.test(agent)) return 'iPad'
  if (/Android/.test(agent)) return t('Celular Android')
  return t('Computador')
}

/** The code of this phone was forgotten: the password gives its owner another one. */
export const forgotten = signal<string | null>(null) // a login
export const returningAs = signal('')

const ByCode = later(() => import('./sign-in-by-code').then((file) => file.SignInByCode))

export function SignInScreen() {
  const [byCode, setByCode] = useState(false)
  return byCode ? <ByCode onBack={() => setByCode(false)} /> : <ByPassword onCode={() => setByCode(true)} />
}

function ByPassword({ onCode }: { onCode: () => void }) {
  const returning = session.value
  const [login, setLogin] = useState(returning?.worker.login ?? returningAs.value)
  const [password, setPassword] = useState('')
  const [label, setLabel] = useState(deviceLabel() ?? guessedLabel())
  const [shown, setShown] = useState(false)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [wait, setWait] = useState(0)
  const [vaults, setVaults] = useState<{ key: string; name: string }[]>([])
  useEffect(() => void vaultsHere().then(setVaults), [])

  useEffect(() => {
    if (wait <= 0) return undefined
    const timer = setTimeout(() => setWait(wait - 1), 1000)
    return () => clearTimeout(timer)
  }, [wait])

  const fail = (words: string) => {
    setTrouble(words)
    sayNow(words)
  }

  const send = async () => {
    if (!login.trim() || !password) return fail(t('Escreva o usuário e a senha.'))
    await go((name) => signIn(login.trim(), password, name, forgotten.value))
  }

  const go = async (sign: (name: string) => Promise<SignInResult>) => {
    setBusy(true)
    setTrouble(null)
    const name = label.trim() || guessedLabel()
    const result = await sign(name)
    setBusy(false)
    if (result.ok) {
      rememberDeviceLabel(name)
      setPassword('')
      forgotten.value = null
      returningAs.value = ''
      replace('/hoje')
    } else if (result.reason === 'given_up') return
    else if (result.reason === 'wrong') fail(result.title ? t(result.title) : t('Usuário ou senha não conferem.'))
    else if (result.reason === 'slow_down') {
      setWait(result.retry_after_s ?? 5)
      fail(t('Muitas tentativas seguidas. Espere um pouco e tente de novo.'))
    } else if (result.reason === 'no_answer') {
      fail(returning
        ? t('Sem resposta do servidor. Continue registrando e entre quando houver sinal.')
        : t('Sem resposta do servidor. A primeira entrada neste celular precisa de sinal.'))
    } else fail(result.title ? t(result.title) : t('Não foi possível entrar agora. Tente de novo.'))
  }

  return (
    <Screen plain title={returning ? t('Entrar de novo') : t('Entrar')} {...(returning ? { backTo: '/hoje' } : {})}
      bottom={(
        <Button kind="primary" main form="sign-in" icon="enter" busy={busy} disabled={wait > 0} name="sign-in">
          {wait > 0 ? t('Espere {n} s', { n: wait }) : busy ? t('Entrando…') : t('Entrar')}
        </Button>
      )}>
      <StorageNotices />
      <div class="hero">
        <img src={sign} alt="" width="64" height="64" />
        <div>
          <p class="hero-name">Vínculo</p>
          <p class="hint">{t('Abordagem social e visita domiciliar')}</p>
        </div>
      </div>
      <form id="sign-in" class="stack" onSubmit={(event) => { event.preventDefault(); if (!busy && !wait) void send() }}>
        {forgotten.value && <Notice icon="lock" name="code-forgotten">{t('Entre com a sua senha para criar outro código. O que não foi enviado continua guardado.')}</Notice>}
        {trouble && <Notice tone="bad" name="sign-in-trouble">{trouble}</Notice>}
        <TextField label={t('Usuário')} name="login" autocomplete="username" value={login} onInput={setLogin} />
        <TextField label={t('Senha')} name="password" type={shown ? 'text' : 'password'} autocomplete="current-password"
          value={password} onInput={setPassword} />
        <div class="inline">
          <Button kind="quiet" icon={shown ? 'hide' : 'show'} onPress={() => setShown(!shown)}>
            {shown ? t('Esconder a senha') : t('Mostrar a senha')}
          </Button>
        </div>
        <TextField label={t('Nome deste celular')} hint={t('Para reconhecer o aparelho e encerrar o acesso se ele se perder.')}
          name="device" value={label} onInput={setLabel} maxLength={60} />
      </form>
      {hasPasskeys() && <Button icon="person" busy={busy} name="sign-in-passkey" onPress={() => void go(signInByPasskey)}>{t('Usar a digital ou o rosto')}</Button>}
      {!returning && vaults.map(({ key, name: who }) => (
        <Button key={key} icon="lock" name="open-by-code" onPress={() => void turnTo(key)}>{t('Abrir com o código de {name}', { name: who })}</Button>
      ))}
      <Button kind="quiet" icon="help" name="sign-in-by-code" onPress={onCode}>{t('Esqueci a senha: tenho um código')}</Button>
      {othersUnsent.value > 0 && (
        <Notice name="others-unsent">
          {tn('Há {n} registro de outra pessoa guardado neste celular. Ele sai sozinho quando houver sinal.',
            'Há {n} registros de outra pessoa guardados neste celular. Eles saem sozinhos quando houver sinal.', othersUnsent.value)}
        </Notice>
      )}
    </Screen>
  )
}
