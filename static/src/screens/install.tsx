import { askInstall, canAsk, installed, onIos } from '../platform/install'
import { requestPersist } from '../actions'
import { Button, Icon, Notice, back, t } from '../ui'
import { Screen } from './frame/screen'

export function InstallScreen() {
  const install = async () => {
    if (await askInstall()) {
      await requestPersist()
      back('/hoje')
    }
  }
  return (
    <Screen title={t('Instalar')} backTo="/eu" quiet="over"
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
