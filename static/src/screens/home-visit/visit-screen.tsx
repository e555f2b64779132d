import { useEffect, useState } from 'preact/hooks'
import { recordHomeVisit } from '../../actions'
import { position, startPosition } from '../../platform/position'
import { clearDraft, loadDraft, saveDraft } from '../../store/drafts'
import { households } from '../../store/state'
import { Button, clockTime, Notice, replace, t, type Params } from '../../ui'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { isStale } from '../place/when'
import { changeVisit, hasFamily, isVisitTouched, newVisit, visitInput, type VisitDraft } from './draft'
import { FamilyList } from './family-list'
import { rememberSaved } from './last-saved'
import { VisitForm } from './visit-form'
import '../encounter/encounter.css'
import '../referral/referral.css'
import './home-visit.css'

/** Family, then what happened. A visit begun and not saved comes first, whatever family was tapped. */
export function VisitScreen({ params }: { params: Params }) {
  const [draft, setDraft] = useState<VisitDraft | null>(null)
  const [resumed, setResumed] = useState(false)
  const [choosing, setChoosing] = useState(false)
  const save = useSave()
  const wanted = params['id'] ?? null
  useEffect(() => {
    loadDraft<VisitDraft>('home_visit').catch(() => null).then((kept) => {
      const resume = kept !== null && isVisitTouched(kept)
      setResumed(resume)
      setDraft(resume ? kept : newVisit(Date.now(), wanted))
    })
  }, [])
  if (draft === null) return <Screen title={t('Visita')} backTo="/hoje" quiet>{null}</Screen>

  const put = (changed: Partial<VisitDraft>) => {
    const next = changeVisit(draft, changed)
    setDraft(next)
    setResumed(false)
    if (changed.place?.kind === 'auto') startPosition()
    if (isVisitTouched(next)) void saveDraft('home_visit', next).catch(() => undefined)
  }
  const discard = () => {
    void clearDraft('home_visit').catch(() => undefined)
    setResumed(false)
    setDraft(newVisit(Date.now(), wanted))
  }
  const onSave = () => void save.run(async () => {
    const late = draft.late_at !== null
    const { visit_id } = await recordHomeVisit(visitInput(draft, position.value, Date.now()), { followFix: draft.place.kind === 'auto' && !late })
    saved()
    rememberSaved(visit_id, draft)
    replace(`/visita/${visit_id}/depois`)
  })
  if (choosing || !hasFamily(draft)) {
    return (
      <Screen title={t('Que família?')} backTo="/hoje" quiet>
        <FamilyList called={draft.called}
          onPick={(household_id) => { setChoosing(false); put({ household_id, called: '' }) }}
          onName={(called) => { setChoosing(false); put({ household_id: null, called }) }} />
      </Screen>
    )
  }
  const kept = households.value.find((one) => one.id === draft.household_id)?.called ?? draft.called
  return (
    <Screen title={t('Visita')} backTo="/hoje" quiet
      bottom={<Button kind="primary" icon="check" main name="save" busy={save.busy} onPress={onSave}>{t('Salvar visita')}</Button>}>
      {resumed && (
        <Notice icon="history" name="resumed" title={t('Continuando de onde parou')}
          actions={(
            <>
              {draft.late_at === null && isStale(draft.started_at, Date.now()) && (
                <Button icon="history" name="resume-then" onPress={() => put({ late_at: draft.started_at })}>
                  {t('Foi às {time}', { time: clockTime(draft.started_at) })}
                </Button>
              )}
              <Button icon="remove" name="discard" onPress={discard}>{t('Descartar')}</Button>
            </>
          )}>
          {t('{name}, começou às {time}.', { name: kept, time: clockTime(draft.started_at) })}
        </Notice>
      )}
      <VisitForm draft={draft} problems={save.problems} onChange={put} onOtherFamily={() => setChoosing(true)} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
