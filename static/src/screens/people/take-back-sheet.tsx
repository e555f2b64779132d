// A wrong step taken back: it no longer counts, and stays in the history with its reason.
import { useEffect, useState } from 'preact/hooks'
import { openForm } from '../../actions'
import { takeBack } from '../../actions/people'
import type { TakeBackBody } from '../../contract/commands'
import { Button, Sheet, showToast, t, TextField, Tiles } from '../../ui'
import { saved, SaveFailedSheet, useSave } from '../form/save'

type Reason = TakeBackBody['reason']

export function TakeBackSheet({ personId, told, onClose }: { personId: string; told: { id: string; words: string } | null; onClose: () => void }) {
  const [reason, setReason] = useState<Reason | null>(null)
  const [text, setText] = useState('')
  const save = useSave()
  useEffect(() => (told ? openForm() : undefined), [told])
  const onSave = () => void save.run(async () => {
    await takeBack(personId, told!.id, reason!, reason === 'other' ? text : null)
    saved()
    setReason(null)
    setText('')
    showToast({ text: t('Retirado'), icon: 'withdrawn' })
    onClose()
  })
  return (
    <>
      <Sheet open={told !== null} title={t('Retirar esta informação?')} name="take-back-sheet" onClose={onClose}
        actions={(
          <>
            <Button kind="danger" icon="remove" name="take-back-yes" busy={save.busy} disabled={!reason} onPress={onSave}>{t('Retirar')}</Button>
            <Button onPress={onClose}>{t('Deixar como está')}</Button>
          </>
        )}>
        <p class="lead"><bdi>{told?.words}</bdi></p>
        <Tiles legend={t('Por quê?')} name="take-back-reason" value={reason} onChange={setReason}
          options={[
            { value: 'wrong_person', label: t('É de outra pessoa') }, { value: 'by_mistake', label: t('Foi engano') },
            { value: 'person_asked', label: t('A pessoa pediu') }, { value: 'other', label: t('Outro motivo') },
          ]} />
        {reason === 'other' && <TextField label={t('Qual?')} name="take-back-text" maxLength={200} value={text} onInput={setText} />}
        <p class="hint">{t('Deixa de valer, mas continua no histórico com o motivo.')}</p>
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </>
  )
}
