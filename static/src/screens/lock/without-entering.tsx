// *Registrar sem entrar*: one screen, one save. Nothing of what the phone holds is shown, and what is written here is
// sealed to the municipality at once.
import { useEffect, useState } from 'preact/hooks'
import { recordWithoutEntering } from '../../actions/without-entering'
import { position, startPosition, stopPosition } from '../../platform/position'
import type { LockedWorker } from '../../store/types'
import { Button, Notice, say, showToast, t } from '../../ui'
import { change, encounterInput, newDraft } from '../encounter/draft'
import { EncounterForm } from '../encounter/encounter-form'
import { NoteField } from '../form/note-field'
import { problemOf } from '../form/problems'
import { SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { FlagWithoutEntering } from '../flag/without-entering'
import '../encounter/encounter.css'

export function WithoutEntering({ worker, onDone }: { worker: LockedWorker; onDone: () => void }) {
  const [draft, setDraft] = useState(() => newDraft(Date.now()))
  const [flag, setFlag] = useState(false)
  const save = useSave()
  useEffect(() => {
    startPosition()
    return stopPosition
  }, [])
  const onSave = () => void save.run(async () => {
    await recordWithoutEntering(worker.key, encounterInput(draft, position.value, Date.now()))
    navigator.vibrate?.(40)
    say(t('Guardado e fechado. Sai sozinho quando houver sinal.'))
    showToast({ text: t('Guardado e fechado. Sai sozinho quando houver sinal.'), icon: 'lock' })
    onDone()
  })
  if (flag) return <FlagWithoutEntering worker={worker} onBack={() => setFlag(false)} onDone={onDone} />
  return (
    <Screen plain title={t('Registrar sem entrar')}
      bottom={(
        <>
          <Button icon="back" name="without-back" onPress={onDone}>{t('Voltar')}</Button>
          <Button kind="primary" main icon="check" name="without-save" busy={save.busy} onPress={onSave}>{t('Guardar fechado')}</Button>
        </>
      )}>
      <Notice icon="lock">{t('Vai em nome de {name}. Depois de guardado, só a central lê.', { name: worker.name })}</Notice>
      <Button icon="urgent" name="without-flag" onPress={() => setFlag(true)}>{t('É um alerta')}</Button>
      <EncounterForm draft={draft} onTap={(tap) => setDraft((before) => change(before, tap))} problems={save.problems} />
      <NoteField value={draft.note} error={problemOf(save.problems, 'note')} onInput={(note) => setDraft((before) => change(before, { tap: 'note', note }))} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
