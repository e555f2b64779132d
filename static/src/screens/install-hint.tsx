import { signal } from '@preact/signals'
import { canAsk, installed, onIos } from '../platform/install'
import { closeInstallHint, installHintClosed } from '../store/remembered'
import { Button, Notice, t } from '../ui'

const closed = signal(installHintClosed())

/** On the home screen, until it is installed or waved away. On iOS it matters more: Safari empties tabs that rest a week. */
export function InstallHint() {
  if (installed.value || closed.value || !(canAsk.value || onIos)) return null
  return (
    <Notice icon="download" name="install-hint" title={t('Instale o Vínculo neste celular')}
      actions={(
        <>
          <Button icon="download" href="#/instalar">{t('Instalar')}</Button>
          <Button kind="quiet" onPress={() => { closeInstallHint(); closed.value = true }}>{t('Agora não')}</Button>
        </>
      )}>
      {onIos
        ? t('No iPhone, faça isto antes do primeiro turno sem sinal: o que fica só no navegador pode ser apagado.')
        : t('Abre mais rápido e guarda melhor os registros.')}
    </Notice>
  )
}
