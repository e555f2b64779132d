import { useState } from 'preact/hooks'
import { requestPersist } from '../../actions'
import { deviceLabel } from '../../store/remembered'
import { storageState } from '../../store/state'
import { Badge, Button, megabytes, say, t } from '../../ui'

/** What the browser promised about this phone's storage, as it answered. */
export function ThisPhone() {
  const [asked, setAsked] = useState(false)
  const { persisted, usage, quota } = storageState.value
  const ask = async () => {
    setAsked(true)
    const answer = await requestPersist()
    say(answer ? t('O navegador prometeu não apagar.') : t('O navegador ainda não prometeu.'))
  }
  return (
    <section class="card stack">
      <h2 class="section">{t('Este celular')}{deviceLabel() && <small>{deviceLabel()}</small>}</h2>
      <div class="inline">
        {persisted
          ? <Badge tone="ok" icon="lock">{t('Guardado com proteção')}</Badge>
          : <Badge tone="warn" icon="needs">{persisted === null ? t('Proteção não perguntada') : t('Sem proteção do navegador')}</Badge>}
      </div>
      <p class="hint">
        {persisted
          ? t('O navegador prometeu não apagar o que está guardado.')
          : t('O navegador pode apagar os dados se o celular ficar sem espaço. Instalar na tela de início ajuda.')}
      </p>
      {usage !== null && quota !== null && (
        <p class="hint">{t('Em uso: {used} de {all}', { used: megabytes(usage), all: megabytes(quota) })}</p>
      )}
      {!persisted && <Button icon="lock" onPress={() => void ask()} name="persist">{asked ? t('Pedir de novo') : t('Pedir proteção')}</Button>}
    </section>
  )
}
