// The password is forgotten, at 23:00: the coordination gives a code by voice, and the worker makes a new password with it.
import { useState } from 'preact/hooks'
import { signInByCode } from '../actions'
import { deviceLabel, rememberDeviceLabel } from '../store/remembered'
import { Button, Notice, TextField, clockTime, replace, sayNow, showToast, t } from '../ui'
import { Screen } from './frame/screen'
import { guessedLabel, returningAs } from './sign-in'

export function SignInByCode({ onBack }: { onBack: () => void }) {
  const [login, setLogin] = useState(returningAs.value)
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const fail = (words: string) => {
    setTrouble(words)
    sayNow(words)
  }
  const send = async () => {
    if (!login.trim() || !code.trim() || !password) return fail(t('Escreva o usuário, o código e a senha nova.'))
    setBusy(true)
    const name = deviceLabel() ?? guessedLabel()
    const result = await signInByCode(login.trim(), code.trim(), password, name)
    setBusy(false)
    if (!result.ok) {
      if (result.reason === 'no_answer') return fail(t('Sem resposta do servidor. O código precisa de sinal.'))
      return fail(result.title ? t(result.title) : t('Não foi possível entrar agora. Tente de novo.'))
    }
    rememberDeviceLabel(name)
    setPassword('')
    const { recovery } = result
    if (recovery) {
      const who = recovery.issued_by ?? t('administração')
      showToast({ text: t('Código dado por {who} às {time}. Não foi você que pediu? Avise a coordenação.', { who, time: clockTime(recovery.issued_at) }), icon: 'info' })
    }
    replace('/hoje')
  }
  return (
    <Screen plain title={t('Entrar com um código')}
      bottom={(
        <>
          <Button icon="back" name="by-code-back" onPress={onBack}>{t('Voltar')}</Button>
          <Button kind="primary" main form="by-code" icon="enter" busy={busy} name="by-code">{busy ? t('Entrando…') : t('Entrar')}</Button>
        </>
      )}>
      <p>{t('Peça um código à coordenação, por telefone. Ele vale 30 minutos e serve uma vez.')}</p>
      <form id="by-code" class="stack" onSubmit={(event) => { event.preventDefault(); if (!busy) void send() }}>
        {trouble && <Notice tone="bad" name="by-code-trouble">{trouble}</Notice>}
        <TextField label={t('Usuário')} name="login" autocomplete="username" value={login} onInput={setLogin} />
        <TextField label={t('Código')} hint={t('8 letras e números, como ABCD-EFGH')} name="recovery-code" autocomplete="one-time-code" value={code} onInput={(text) => setCode(text.toUpperCase())} maxLength={12} />
        <TextField label={t('Senha nova')} hint={t('10 caracteres ou mais; uma frase é mais fácil de lembrar.')} name="new-password" type={shown ? 'text' : 'password'} autocomplete="new-password" value={password} onInput={setPassword} />
        <Button kind="quiet" icon={shown ? 'hide' : 'show'} onPress={() => setShown(!shown)}>{shown ? t('Esconder a senha') : t('Mostrar a senha')}</Button>
      </form>
    </Screen>
  )
}
