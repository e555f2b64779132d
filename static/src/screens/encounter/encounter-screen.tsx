import { useEffect, useState } from 'preact/hooks'
import { position, restartPosition, startPosition } from '../../platform/position'
import { shift } from '../../store/state'
import { Button, go, Sheet, t } from '../../ui'
import { later } from '../frame/lazy'
import { Screen } from '../frame/screen'
import { SaveFailedSheet, useSave } from '../form/save'
import { FIX_TTL_MS } from '../place/place'
import { isStale } from '../place/when'
import { current, goOn, openDraft, put, resumed, startAnew, tap } from './current'
import { asOfNow, asOfThen, canRefer, type EncounterDraft } from './draft'
import { EncounterForm } from './encounter-form'
import { ResumedNotice, StaleSheet } from './resumed'
import { store } from './store-draft'
import './encounter.css'

const WithPerson = later(() => import('../people/with-person').then((file) => file.WithPerson))

export function EncounterScreen() {
  const [askShift, setAskShift] = useState(false)
  const save = useSave()
  const draft = current.value
  useEffect(() => {
    void openDraft()
    warmUp()
  }, [])
  // The best reading of the moment goes with the draft, in case it is taken up again elsewhere.
  const reading = position.value
  useEffect(() => { tap({ tap: 'reading', reading, now: Date.now() }) }, [reading, draft === null])

  if (draft === null) return <Screen title={t('Encontro')} backTo="/hoje" quiet>{null}</Screen>
  const stale = resumed.value && draft.late_at === null && isStale(draft.started_at, Date.now())
  const onSave = () => {
    if (shift.value === null) setAskShift(true)
    else void save.run(() => store(draft))
  }
  return (
    <Screen title={t('Encontro')} backTo="/hoje" quiet
      bottom={(
        <>
          <Button icon="bed" name="shelter" disabled={!canRefer(draft)} onPress={() => { goOn(); go('/encontro/abrigo') }}>{t('Abrigo')}</Button>
          <Button kind="primary" icon="check" main name="save" busy={save.busy} onPress={onSave}>{t('Salvar encontro')}</Button>
        </>
      )}>
      {resumed.value && !stale && <ResumedNotice draft={draft} onDiscard={() => void startAnew()} />}
      {draft.person_id && <WithPerson draft={draft} onTap={tap} />}
      <EncounterForm draft={draft} onTap={tap} problems={save.problems} />
      <StaleSheet draft={stale ? draft : null}
        onThen={() => settle(asOfThen(draft))}
        onNow={() => settle(asOfNow(draft, Date.now()))}
        onDiscard={() => void startAnew()} />
      <Sheet open={askShift} title={t('Abra o turno para salvar')} name="ask-shift" onClose={() => setAskShift(false)}
        actions={(
          <>
            <Button kind="primary" icon="clock" main name="open-shift" onPress={() => { goOn(); go('/turno?para=encontro') }}>{t('Abrir o turno')}</Button>
            <Button kind="quiet" icon="back" onPress={() => setAskShift(false)}>{t('Voltar ao encontro')}</Button>
          </>
        )}>
        <p>{t('O turno diz a equipe e a unidade. O que você preencheu fica guardado como rascunho.')}</p>
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}

function settle(draft: EncounterDraft): void {
  resumed.value = false
  put(draft)
}

/** The watch may have slept since the shift was opened: an old reading is asked anew before anybody relies on it. */
export function warmUp(): void {
  const { at } = position.value
  if (position.value.status === 'off') startPosition()
  else if (at !== undefined && Date.now() - Date.parse(at) > FIX_TTL_MS / 2) restartPosition()
}
