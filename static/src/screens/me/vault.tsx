// What opens this phone: the code, fingerprint or face, and after how long it shuts by itself.
import { useEffect, useState } from 'preact/hooks'
import { changeCode, shutAll } from '../../actions'
import { addPasskeyHere, dropPasskeyHere, passkeysHere, type PasskeyAdded } from '../../actions/passkey'
import { hasPasskeys } from '../../platform/install'
import { deviceLabel } from '../../store/remembered'
import { prefs, setPrefs } from '../../store/prefs'
import { Button, Sheet, TextField, Tiles, sayNow, showToast, t } from '../../ui'
import { CodeField } from '../lock/code-field'

const MINUTES = [1, 5, 15] as const

export function PhoneLock() {
  const [asking, setAsking] = useState<'code' | 'passkey' | null>(null)
  const [passkeys, setPasskeys] = useState<{ id: string; label: string }[]>([])
  const look = () => void passkeysHere().then(setPasskeys)
  useEffect(look, [asking])
  return (
    <section class="card stack">
      <h2 class="section">{t('Fechadura deste celular')}</h2>
      <Tiles legend={t('Fechar sozinho, sem uso, depois de')} name="lock-minutes" columns={3} upright value={String(prefs.value.lockMinutes)}
        onChange={(value) => value && setPrefs({ lockMinutes: Number(value) as (typeof MINUTES)[number] })}
        options={MINUTES.map((minutes) => ({ value: String(minutes), label: t('{n} min', { n: minutes }) }))} />
      <p class="hint">{t('Guardado no bolso ou escondido, fecha em um minuto. No meio de um registro, não fecha.')}</p>
      <Button kind="primary" icon="lock" name="lock-now" onPress={() => void shutAll()}>{t('Fechar agora')}</Button>
      <Button icon="edit" name="change-code" onPress={() => setAsking('code')}>{t('Trocar o código')}</Button>
      {hasPasskeys() && <Button icon="person" name="add-passkey" onPress={() => setAsking('passkey')}>{t('Usar digital ou rosto')}</Button>}
      {passkeys.map(({ id, label }) => (
        <Button key={id} kind="danger" icon="remove" name="drop-passkey" onPress={() => void dropPasskeyHere(id).then(look)}>{t('Não abrir mais com a digital ou o rosto ({label})', { label })}</Button>
      ))}
      {asking === 'code' && <PresentCode onClose={() => setAsking(null)} />}
      {asking === 'passkey' && <NewPasskey onClose={() => setAsking(null)} />}
    </section>
  )
}

function PresentCode({ onClose }: { onClose: () => void }) {
  const [code, setCode] = useState('')
  const [trouble, setTrouble] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const go = async () => {
    setBusy(true)
    const result = await changeCode(code)
    setBusy(false)
    if (result.ok) return onClose()
    setCode('')
    setTrouble(result.wait_s > 0 ? t('O código não confere. Espere {n} s.', { n: result.wait_s }) : t('O código não confere.'))
  }
  return (
    <Sheet open title={t('Código de agora')} onClose={onClose} name="present-code"
      actions={(
        <>
          <Button kind="primary" icon="next" busy={busy} name="present-code-go" onPress={() => void go()}>{t('Continuar')}</Button>
          <Button onPress={onClose}>{t('Cancelar')}</Button>
        </>
      )}>
      <CodeField label={t('Código deste celular')} name="present-code" value={code} onInput={setCode} error={trouble} />
    </Sheet>
  )
}

function words(result: PasskeyAdded): string {
  switch (result) {
    case 'added': return t('Pronto: este celular abre com a digital ou o rosto.')
    case 'no_secret': return t('Serve para entrar, mas não para abrir este celular sem sinal. Continue usando o código.')
    case 'wrong_password': return t('A senha não confere.')
    case 'no_answer': return t('Sem resposta do servidor. Tente quando houver sinal.')
    case 'refused': return t('Não foi possível agora. O código continua valendo.')
  }
}

function NewPasskey({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState('')
  const [trouble, setTrouble] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    const result = await addPasskeyHere(password, deviceLabel() ?? t('Este celular'))
    setBusy(false)
    setPassword('')
    if (result === 'added' || result === 'no_secret') {
      showToast({ text: words(result), icon: 'check' })
      return onClose()
    }
    setTrouble(words(result))
    sayNow(words(result))
  }
  return (
    <Sheet open title={t('Digital ou rosto')} onClose={onClose} name="new-passkey"
      actions={(
        <>
          <Button kind="primary" icon="check" busy={busy} name="new-passkey-go" onPress={() => void add()}>{t('Adicionar')}</Button>
          <Button onPress={onClose}>{t('Cancelar')}</Button>
        </>
      )}>
      <p>{t('O celular guarda a digital ou o rosto; ao Vínculo só chega a confirmação. Precisa de sinal agora; depois não.')}</p>
      <TextField label={t('Sua senha')} name="passkey-password" type="password" autocomplete="current-password" value={password} onInput={setPassword} error={trouble} />
    </Sheet>
  )
}
