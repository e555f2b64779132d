// Before the first shift: the confidentiality term, then a password of one's own. Without signal it waits.
import { useEffect, useState } from 'preact/hooks'
import { acceptTerm, changePassword, readTerm, type Term } from '../actions/duties'
import { owes } from '../store/state'
import { Button, Notice, TextField, sayNow, showToast, t } from '../ui'
import { dutiesPut } from './frame/duties-put'
import { Screen } from './frame/screen'

export function DutyScreen() {
  return owes.value.term ? <TermScreen /> : <PasswordScreen />
}

const put = () => { dutiesPut.value = true }

function TermScreen() {
  const [term, setTerm] = useState<Term | null | 'none'>(null)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState(false)
  useEffect(() => { void readTerm().then((found) => setTerm(found ?? 'none')) }, [])
  const accept = async () => {
    if (term === null || term === 'none') return
    setBusy(true)
    setTrouble(!(await acceptTerm(term.version)))
    setBusy(false)
  }
  const here = term !== null && term !== 'none'
  return (
    <Screen plain title={t('Termo de sigilo')}
      bottom={(
        <>
          {(term === 'none' || trouble) && <Button icon="clock" name="duty-later" onPress={put}>{t('Depois')}</Button>}
          {here && <Button kind="primary" main icon="check" busy={busy} name="accept-term" onPress={() => void accept()}>{t('Li e aceito')}</Button>}
        </>
      )}>
      {trouble && <Notice tone="warn">{t('Sem resposta do servidor. Você pode aceitar depois.')}</Notice>}
      {term === null && <p aria-busy="true">{t('Buscando o termo…')}</p>}
      {term === 'none' && <Notice icon="noSignal">{t('Sem sinal para buscar o termo. Ele aparece de novo quando houver.')}</Notice>}
      {here && (
        <article class="stack">
          <h2>{term.title}</h2>
          {term.text.split(/\n{2,}/).map((part) => <p key={part}>{part}</p>)}
        </article>
      )}
    </Screen>
  )
}

function PasswordScreen() {
  const [password, setPassword] = useState('')
  const [next, setNext] = useState('')
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const change = async () => {
    setBusy(true)
    const wrong = await changePassword(password, next)
    setBusy(false)
    if (wrong === null) return showToast({ text: t('Senha trocada'), icon: 'check' })
    const words = wrong ? t(wrong) : t('Sem resposta do servidor. Tente quando houver sinal.')
    setTrouble(words)
    sayNow(words)
  }
  return (
    <Screen plain title={t('Crie a sua senha')}
      bottom={(
        <>
          <Button icon="clock" name="duty-later" onPress={put}>{t('Depois')}</Button>
          <Button kind="primary" main form="own-password" icon="check" busy={busy} name="change-password">{t('Trocar a senha')}</Button>
        </>
      )}>
      <p>{t('A senha que você recebeu era só para o primeiro acesso.')}</p>
      <form id="own-password" class="stack" onSubmit={(event) => { event.preventDefault(); if (!busy) void change() }}>
        {trouble && <Notice tone="bad" name="password-trouble">{trouble}</Notice>}
        <TextField label={t('Senha que você recebeu')} name="password" type="password" autocomplete="current-password" value={password} onInput={setPassword} />
        <TextField label={t('Senha nova')} hint={t('10 caracteres ou mais; uma frase é mais fácil de lembrar.')} name="new-password" type="password" autocomplete="new-password" value={next} onInput={setNext} />
      </form>
    </Screen>
  )
}
