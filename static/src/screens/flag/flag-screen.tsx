/** Raising a flag: what was seen, how old, save. It is stored at once and leaves first; nothing can be undone, only said to be a mistake. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { canShutWords, raiseFlag } from '../../actions/flag'
import { position, startPosition, stopPosition } from '../../platform/position'
import { clearDraft, loadDraft, saveDraft } from '../../store/drafts'
import { flagRules, knownFlags, recipients, watchFlags } from '../../store/flags'
import { shift } from '../../store/state'
import { Button, Notice, Sheet, replace, say, t } from '../../ui'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { isStale } from '../place/when'
import { fromNothing, isTouched, newForm, flagInput, takenUp, withReading, type FlagForm, type From } from './draft'
import { begun } from './from'
import { leftOut } from './left-out'
import { FlagFields } from './parts'
import { timeOf } from './state-words'
import './flag.css'

const isOfTheSame = (kept: FlagForm, from: From): boolean => kept.source_id === from.source_id && (kept.source_id !== null || kept.person_id === from.person_id)

/** On this phone words of the same person or meeting were kept already: nobody asks her again. */
const toldBefore = ({ flag_id, person_id, source_id }: FlagForm): boolean => [...knownFlags.value].some(([id, known]) =>
  id !== flag_id && known.told && ((person_id !== null && known.person_id === person_id) || (source_id !== null && known.source_id === source_id)))

export function FlagScreen() {
  const [form, setForm] = useState<FlagForm | null>(null)
  const [kept, setKept] = useState<FlagForm | null>(null)
  const [resumed, setResumed] = useState(false)
  const from = useRef(begun.value ?? fromNothing())
  const done = useRef(false)
  const save = useSave()
  useEffect(watchFlags, [])
  // The place warms up also where no shift is open; while one is, the app keeps it warm by itself.
  useEffect(() => {
    if (shift.value !== null) return undefined
    startPosition()
    return () => { if (shift.value === null) stopPosition() }
  }, [])
  useEffect(() => {
    begun.value = null
    let here = true
    void loadDraft<FlagForm>('flag').catch(() => null).then((stored) => {
      if (!here) return
      const now = Date.now()
      const found = stored && { ...stored, ringing: stored.ringing ?? {} } // an app of before kept none
      if (!found || !isTouched(found)) return setForm(newForm(from.current, now))
      if (!isOfTheSame(found, from.current) || isStale(found.started_at, now)) return setKept(found)
      setResumed(true)
      setForm(found)
    })
    return () => { here = false }
  }, [])
  const put = (next: FlagForm) => {
    if (done.current) return
    const read = withReading(next, position.value, Date.now())
    setResumed(false)
    setForm(read)
    if (isTouched(read)) void saveDraft('flag', read).catch(() => undefined)
  }
  const anew = () => {
    void clearDraft('flag').catch(() => undefined)
    setKept(null)
    setResumed(false)
    setForm(newForm(from.current, Date.now()))
  }
  const onSave = () => void save.run(async () => {
    if (!form) return
    const { words_left } = await raiseFlag(flagInput(form, position.value, Date.now()))
    done.current = true
    // A call under way is noted on the flag's own page.
    if (Object.keys(form.ringing).length) await saveDraft('flag_call', { of: form.flag_id, draft: { ringing: form.ringing } }).catch(() => undefined)
    saved()
    say(t('Guardado no aparelho')) // it is still there beneath Esconder
    if (words_left) leftOut.value = form.flag_id
    replace(`/alertas/${form.flag_id}`)
  })
  if (form === null) {
    return (
      <Screen title={t('Alerta')} backTo="/hoje" quiet>
        <Sheet open={kept !== null} title={t('Há um alerta que não foi salvo')} name="kept-flag" onClose={() => { setForm(takenUp(kept!, Date.now())); setKept(null) }}
          actions={(
            <>
              <Button kind="primary" main icon="history" name="kept-go-on" onPress={() => { setForm(takenUp(kept!, Date.now())); setKept(null) }}>{t('Continuar aquele')}</Button>
              <Button kind="danger" icon="remove" name="kept-drop" onPress={anew}>{t('Descartar e começar outro')}</Button>
            </>
          )}>
          <p>{kept && t('Foi começado às {time}.', { time: timeOf(kept.started_at) })}</p>
        </Sheet>
        {null}
      </Screen>
    )
  }
  return (
    <Screen title={t('Alerta')} backTo="/hoje" quiet
      bottom={<Button kind="primary" main icon="urgent" name="save-flag" busy={save.busy} onPress={onSave}>{t('Salvar alerta')}</Button>}>
      {resumed && (
        <Notice icon="history" name="resumed" title={t('Continuando de onde parou')} actions={<Button icon="remove" name="discard" onPress={anew}>{t('Descartar')}</Button>}>
          {t('Começou às {time}.', { time: timeOf(form.started_at) })}
        </Notice>
      )}
      <FlagFields form={form} onChange={put} table={{ rules: flagRules.value, recipients: recipients.value }} canShut={canShutWords()} toldBefore={toldBefore(form)} problems={save.problems} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
