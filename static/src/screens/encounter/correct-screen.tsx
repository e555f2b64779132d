import { useState } from 'preact/hooks'
import { correctEncounter, encounterDraftOf } from '../../actions'
import { position } from '../../platform/position'
import { records } from '../../store/state'
import { Button, Notice, replace, showToast, t, type Params } from '../../ui'
import { Screen } from '../frame/screen'
import { sentences } from '../form/problems'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { change, draftOf, encounterInput, type EncounterDraft } from './draft'
import { EncounterForm } from './encounter-form'
import './encounter.css'

/** The same form over a record that exists: nothing is overwritten, the correction names what it replaces. */
export function CorrectEncounterScreen({ params }: { params: Params }) {
  const record = records.value.find((one) => one.id === params['id'])
  const [draft, setDraft] = useState<EncounterDraft | null>(() => {
    const original = record === undefined ? null : encounterDraftOf(record.id)
    return original === null ? null : draftOf(record!.id, record!.occurred_at, original)
  })
  const save = useSave()
  if (record === undefined || draft === null) {
    return (
      <Screen title={t('Corrigir')} backTo="/hoje">
        <Notice title={t('Este registro não pode ser corrigido neste celular')}>{t('Peça à coordenação.')}</Notice>
      </Screen>
    )
  }
  const refused = record.state === 'needs_you' ? record.problem : null
  const problems = { ...sentences(refused?.fields), ...save.problems }
  const onSave = () => void save.run(async () => {
    const { encounter_id } = await correctEncounter(record.id, encounterInput(draft, position.value, Date.now()), null)
    saved()
    showToast({ text: t('Correção guardada no aparelho') })
    replace(`/registro/${encounter_id}`)
  })
  return (
    <Screen title={t('Corrigir encontro')} backTo={`/registro/${record.id}`} quiet
      bottom={<Button kind="primary" icon="check" main name="save" busy={save.busy} onPress={onSave}>{t('Salvar correção')}</Button>}>
      {refused && <Notice tone="warn" name="refused" title={t('Precisa de você')}>{t(refused.title)}</Notice>}
      <EncounterForm draft={draft} problems={problems} onTap={(tap) => setDraft((was) => was && change(was, tap))} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
