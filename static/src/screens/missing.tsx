import { Button, Notice, t } from '../ui'
import { Screen } from './frame/screen'

export function MissingScreen() {
  return (
    <Screen title={t('Tela não encontrada')} backTo="/hoje" bottom={<Button kind="primary" main href="#/hoje">{t('Ir para Hoje')}</Button>}>
      <Notice>{t('Este endereço não existe nesta versão do aplicativo.')}</Notice>
    </Screen>
  )
}
