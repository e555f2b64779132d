// What the phone has to say by itself, in the order of how much it matters. A form being filled hears only about saving.
import { dismissClockSkew, dismissVanished } from '../../actions'
import { applyUpdate, clockSkew, session, storageState, updateReady } from '../../store/state'
import { Button, Notice, t, tn } from '../../ui'
import { otherTab } from './other-tab'

export function StorageNotices() {
  const { vanished, vanishedUnsent, low } = storageState.value
  return (
    <>
      {vanished && (
        <Notice tone="bad" name="storage-vanished" title={t('O navegador apagou o que estava guardado neste celular')}
          actions={<Button onPress={() => void dismissVanished()}>{t('Entendi')}</Button>}>
          {vanishedUnsent > 0
            ? tn('{n} registro ainda não tinha sido enviado. Registre de novo o que lembrar e avise a coordenação.',
              '{n} registros ainda não tinham sido enviados. Registre de novo o que lembrar e avise a coordenação.', vanishedUnsent)
            : t('Nada estava por enviar. Instale o aplicativo na tela de início para que isso não se repita.')}
        </Notice>
      )}
      {low && (
        <Notice tone="warn" icon="storage" name="storage-low" title={t('Pouco espaço no celular')}>
          {t('Os próximos registros podem não caber. Apague fotos ou aplicativos que não usa.')}
        </Notice>
      )}
    </>
  )
}

function ClockNotice() {
  const skew = clockSkew.value
  if (skew === null) return null
  const minutes = Math.max(1, Math.round(Math.abs(skew) / 60))
  return (
    <Notice tone="warn" icon="clock" name="clock-wrong"
      title={skew > 0
        ? tn('O relógio do celular está {n} minuto adiantado', 'O relógio do celular está {n} minutos adiantado', minutes)
        : tn('O relógio do celular está {n} minuto atrasado', 'O relógio do celular está {n} minutos atrasado', minutes)}
      actions={<Button onPress={() => void dismissClockSkew()}>{t('Entendi')}</Button>}>
      {t('Os registros são enviados com a hora corrigida. Acerte o relógio nas configurações do celular.')}
    </Notice>
  )
}

export function SystemNotices({ quiet }: { quiet?: boolean | undefined }) {
  if (quiet) return <StorageNotices />
  return (
    <>
      {session.value?.signedOut && (
        <Notice tone="warn" icon="lock" name="signed-out" title={t('Entre de novo para receber as respostas')}
          actions={<Button icon="enter" href="#/entrar" name="sign-in-again">{t('Entrar')}</Button>}>
          {t('Continue registrando: o que você registra é guardado e enviado.')}
        </Notice>
      )}
      <StorageNotices />
      <ClockNotice />
      {updateReady.value && (
        <Notice icon="download" name="update-ready" title={t('Nova versão pronta')}
          actions={<Button icon="again" onPress={applyUpdate} name="update">{t('Atualizar agora')}</Button>}>
          {t('Leva um segundo. O que está guardado continua no celular.')}
        </Notice>
      )}
      {otherTab.value && (
        <Notice name="other-tab" title={t('O Vínculo está aberto em outra aba')}>
          {t('O que você registrar aqui também fica guardado. Para não se confundir, use uma aba só.')}
        </Notice>
      )}
    </>
  )
}
