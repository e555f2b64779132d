/** What is added to a flag later. What was said before is not shown: nobody reads it here. */
import { useEffect, useState } from 'preact/hooks'
import { canShutWords, complementFlag } from '../../actions/flag'
import { hasWords, noFacts, noWords, type FlagFacts, type Words } from '../../rules/flag'
import { flagRules, ownFlags, recipients, watchFlags } from '../../store/flags'
import { Button, Notice, replace, showToast, t, type Params } from '../../ui'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { DangerSwitch, FirstQuestions, Observed, WhoIsTold, withFacts } from './form'
import { leftOut } from './left-out'
import { WordsFields } from './words-fields'
import './flag.css'

export function ComplementScreen({ params }: { params: Params }) {
  const id = params['id'] ?? ''
  const [facts, setFacts] = useState<FlagFacts>(noFacts)
  const [words, setWords] = useState<Words>(noWords)
  const save = useSave()
  useEffect(watchFlags, [])
  const flag = ownFlags.value.find((one) => one.id === id)
  if (!flag) return <Screen title={t('Completar')} backTo="/alertas"><Notice title={t('Este alerta não está mais neste celular')} /></Screen>
  const put = (changed: Partial<FlagFacts>) => setFacts((before) => withFacts(before, changed))
  const empty = !hasWords(words) && JSON.stringify(facts) === JSON.stringify(noFacts())
  const onSave = () => void save.run(async () => {
    const { words_left } = await complementFlag(id, { ...facts, words })
    saved()
    if (words_left) leftOut.value = id
    showToast({ text: t('Guardado no aparelho') })
    replace(`/alertas/${id}`)
  })
  return (
    <Screen title={t('Completar')} backTo={`/alertas/${id}`} quiet
      bottom={<Button kind="primary" main icon="check" name="save-complement" busy={save.busy} disabled={empty} onPress={onSave}>{t('Guardar')}</Button>}>
      <div class="flag stack">
        <Notice tone="warn" icon="noTalk" name="child-rule" title={t('Não pergunte. Ouça. Anote só o que foi dito.')}>{t('Só o que é novo. O que já foi dito não se pede de novo.')}</Notice>
        <WordsFields words={words} adult={false} known={false} canShut={canShutWords()} problems={save.problems} onChange={setWords} />
        <DangerSwitch facts={facts} onPut={put} />
        <FirstQuestions facts={facts} onPut={put} problems={save.problems} legend={t('O que mais você viu?')} />
        <WhoIsTold facts={facts} table={{ rules: flagRules.value, recipients: recipients.value }} onPut={put} />
        <Observed facts={facts} onPut={put} brief />
      </div>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
