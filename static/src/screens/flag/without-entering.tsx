/** A flag on a phone that is shut. Nothing of what the phone holds is shown; what is written here is sealed at once. */
import { useEffect, useState } from 'preact/hooks'
import { raiseWithoutEntering } from '../../actions/flag-without-entering'
import type { Recipient } from '../../contract/protection'
import { position } from '../../platform/position'
import { dutyOfShut } from '../../store/flags'
import type { LockedWorker } from '../../store/types'
import { Button, HideButton, Notice, Sheet, say, showToast, t } from '../../ui'
import { SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { flagInput, fromNothing, isTouched, newForm, withReading } from './draft'
import { FlagFields } from './parts'
import './flag.css'

export function FlagWithoutEntering({ worker, onBack, onDone }: { worker: LockedWorker; onBack: () => void; onDone: () => void }) {
  const [form, setForm] = useState(() => newForm(fromNothing(), Date.now()))
  const [recipients, setRecipients] = useState<readonly Recipient[]>([])
  const [leaving, setLeaving] = useState(false)
  const save = useSave()
  useEffect(() => { void dutyOfShut(worker.key).then(setRecipients, () => undefined) }, [worker.key])
  const onSave = () => void save.run(async () => {
    await raiseWithoutEntering(worker.key, flagInput(form, position.value, Date.now()))
    navigator.vibrate?.(40)
    say(t('Guardado e fechado. Sai sozinho quando houver sinal.'))
    showToast({ text: t('Guardado e fechado. Sai sozinho quando houver sinal.'), icon: 'lock' })
    onDone()
  })
  return (
    <Screen plain title={t('Alerta sem entrar')} end={<HideButton />}
      bottom={(
        <>
          <Button icon="back" name="without-back" onPress={() => (isTouched(form) ? setLeaving(true) : onBack())}>{t('Voltar')}</Button>
          <Button kind="primary" main icon="urgent" name="without-save-flag" busy={save.busy} onPress={onSave}>{t('Guardar fechado')}</Button>
        </>
      )}>
      <Notice icon="lock">{t('Vai em nome de {name}. Depois de guardado, só a central lê.', { name: worker.name })}</Notice>
      <FlagFields shut form={form} onChange={(next) => setForm(withReading(next, position.value, Date.now()))} table={{ rules: [], recipients }} canShut toldBefore={false} problems={save.problems} />
      <Sheet open={leaving} title={t('Sair sem guardar?')} name="without-leave" onClose={() => setLeaving(false)}
        actions={(
          <>
            <Button kind="primary" main icon="back" name="without-stay" onPress={() => setLeaving(false)}>{t('Voltar ao formulário')}</Button>
            <Button kind="danger" icon="remove" name="without-drop" onPress={onBack}>{t('Descartar')}</Button>
          </>
        )}>
        <p>{t('O que você preencheu não fica em lugar nenhum.')}</p>
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
