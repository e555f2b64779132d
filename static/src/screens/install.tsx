import { askInstall, canAsk, installed, onIos } from '../platform/install'
import { closeInstallHint, installHintClosed } from '../store/remembered'
import { requestPersist } from '../actions'
import { signal } from '@preact/signals'
import { Button, Icon, Notice, back, t } from '../ui'
import { Screen } from './frame/screen'

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

export function InstallScreen() {
  const install = async () => {
    if (await askInstall()) {
      await requestPersist()
      back('/hoje')
    }
  }
  return (
    <Screen title={t('Instalar')} backTo="/eu" quiet
      bottom={canAsk.value ? <Button kind="primary" main icon="download" onPress={() => void install()} name="install">{t('Instalar agora')}</Button> : null}>
      {installed.value && <Notice tone="ok">{t('O Vínculo já está instalado neste celular.')}</Notice>}
      <p>{t('Na tela de início o Vínculo abre sem sinal e o que está guardado fica mais protegido.')}</p>
      {!canAsk.value && !installed.value && (
        <ol class="steps card">
          {onIos ? (
            <>
              <li><Icon name="share" /><span>{t('No Safari, toque em Compartilhar, na barra de baixo.')}</span></li>
              <li><Icon name="addSquare" /><span>{t('Escolha “Adicionar à Tela de Início”.')}</span></li>
              <li><Icon name="check" /><span>{t('Toque em “Adicionar” e abra o Vínculo pelo novo ícone.')}</span></li>
            </>
          ) : (
            <>
              <li><Icon name="other" /><span>{t('Toque no menu do navegador (três pontos).')}</span></li>
              <li><Icon name="download" /><span>{t('Escolha “Instalar aplicativo” ou “Adicionar à tela inicial”.')}</span></li>
              <li><Icon name="check" /><span>{t('Confirme e abra o Vínculo pelo novo ícone.')}</span></li>
            </>
          )}
        </ol>
      )}
    </Screen>
  )
}
