import { useState } from 'preact/hooks'
import { correctHomeVisit, homeVisitDraftOf } from '../../actions'
import { position, startPosition } from '../../platform/position'
import { records } from '../../store/state'
import { Button, Notice, replace, showToast, t, type Params } from '../../ui'
import { sentences } from '../form/problems'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { changeVisit, visitDraftOf, visitInput, type VisitDraft } from './draft'
import { FamilyList } from './family-list'
import { VisitForm } from './visit-form'
import '../encounter/encounter.css'
import '../referral/referral.css'
import './home-visit.css'

export function CorrectVisitScreen({ params }: { params: Params }) {
  const record = records.value.find((one) => one.id === params['id'])
  const [draft, setDraft] = useState<VisitDraft | null>(() => {
    const original = record === undefined ? null : homeVisitDraftOf(record.id)
    return original === null ? null : visitDraftOf(record!.id, record!.occurred_at, original)
  })
  const [choosing, setChoosing] = useState(false)
  const save = useSave()
  if (record === undefined || draft === null) {
    return (
      <Screen title={t('Corrigir')} backTo="/hoje">
        <Notice title={t('Este registro não pode ser corrigido neste celular')}>{t('Peça à coordenação.')}</Notice>
      </Screen>
    )
  }
  const put = (changed: Partial<VisitDraft>) => {
    setChoosing(false)
    if (changed.place?.kind === 'auto') startPosition()
    setDraft(changeVisit(draft, changed))
  }
  if (choosing) {
    return (
      <Screen title={t('Que família?')} backTo={`/registro/${record.id}`} quiet>
        <FamilyList called={draft.called} onPick={(household_id) => put({ household_id, called: '' })}
          onName={(called) => put({ household_id: null, called })} />
      </Screen>
    )
  }
  const refused = record.state === 'needs_you' ? record.problem : null
  const onSave = () => void save.run(async () => {
    const { visit_id } = await correctHomeVisit(record.id, visitInput(draft, position.value, Date.now()))
    saved()
    showToast({ text: t('Correção guardada no aparelho') })
    replace(`/registro/${visit_id}`)
  })
  return (
    <Screen title={t('Corrigir visita')} backTo={`/registro/${record.id}`} quiet
      bottom={<Button kind="primary" icon="check" main name="save" busy={save.busy} onPress={onSave}>{t('Salvar correção')}</Button>}>
      {refused && <Notice tone="warn" name="refused" title={t('Precisa de você')}>{t(refused.title)}</Notice>}
      <VisitForm draft={draft} problems={{ ...sentences(refused?.fields), ...save.problems }} onChange={put} onOtherFamily={() => setChoosing(true)} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
