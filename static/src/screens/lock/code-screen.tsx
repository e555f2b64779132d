// Choosing the code: at the first sign-in on this phone, when it was forgotten, or by one's own wish.
import { useState } from 'preact/hooks'
import { chooseCode, cancelCode } from '../../actions'
import { checkCode } from '../../rules/code'
import { codeWanted } from '../../store/state'
import { Button, Notice, sayNow, t } from '../../ui'
import { Screen } from '../frame/screen'
import { CodeField } from './code-field'

export function CodeScreen() {
  const wanted = codeWanted.value
  const [code, setCode] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState<{ field: 'code' | 'again' | 'save'; words: string } | null>(null)
  const [busy, setBusy] = useState(false)
  if (!wanted) return null
  const fail = (field: 'code' | 'again' | 'save', words: string) => {
    setProblem({ field, words })
    sayNow(words)
  }
  const keep = async () => {
    if (busy) return
    const wrong = checkCode(code)
    if (wrong) return fail('code', t(wrong))
    if (code !== again) return fail('again', t('Os dois códigos não são iguais.'))
    setBusy(true)
    await chooseCode(code).catch(() => fail('save', t('Não foi guardado. Tente de novo.')))
    setBusy(false)
  }
  const first = wanted.why === 'first'
  return (
    <Screen plain title={first ? t('Crie o código deste celular') : t('Código novo')}
      bottom={(
        <>
          {wanted.why === 'change' && <Button icon="back" onPress={cancelCode}>{t('Voltar')}</Button>}
          <Button kind="primary" main form="new-code" icon="lock" busy={busy} name="keep-code">{busy ? t('Fechando com o código…') : t('Guardar o código')}</Button>
        </>
      )}>
      <p>{first
        ? t('Tudo o que este celular guarda fica fechado com um código seu. Sem ele ninguém lê, nem quem achar o celular.')
        : t('O código de antes deixa de valer. O que está guardado continua aqui.')}</p>
      <form id="new-code" class="stack" autocomplete="off" onSubmit={(event) => { event.preventDefault(); void keep() }}>
        {problem?.field === 'save' && <Notice tone="bad" name="code-trouble">{problem.words}</Notice>}
        <CodeField label={t('Código: 6 números ou mais')} name="new-code" value={code} onInput={setCode} error={problem?.field === 'code' ? problem.words : null} />
        <CodeField label={t('O mesmo código, outra vez')} name="new-code-again" value={again} onInput={setAgain} error={problem?.field === 'again' ? problem.words : null} />
      </form>
      <p class="hint">{t('Quanto mais números, mais seguro. Não use a data de nascimento nem o telefone.')}</p>
      <p class="hint">{t('Esqueceu? Com sinal e a sua senha você cria outro. O que não foi enviado não se perde.')}</p>
    </Screen>
  )
}
