/** What is added to a flag later. What was said before is not shown: nobody reads it here. */
import { useEffect } from 'preact/hooks'
import { canShutWords, choicesOf, complementFlag } from '../../actions/flag'
import { hasWords, isAdult, noFacts, noWords, settled, withMore, type FlagFacts, type Words } from '../../rules/flag'
import { flagRules, knownFlags, ownFlags, recipients, watchFlags } from '../../store/flags'
import { Button, Notice, replace, showToast, t, type Params } from '../../ui'
import { useDraft } from '../form/draft'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { DangerSwitch, FirstQuestions, Observed, WhoIsTold } from './form'
import { leftOut } from './left-out'
import { WordsFields } from './words-fields'
import './flag.css'

const blank = (): { facts: FlagFacts; words: Words } => ({ facts: noFacts(), words: noWords() })

export function ComplementScreen({ params }: { params: Params }) {
  const id = params['id'] ?? ''
  const { draft: { facts, words }, put: keep } = useDraft('flag_more', id, blank)
  const save = useSave()
  useEffect(watchFlags, [])
  const flag = ownFlags.value.find((one) => one.id === id)
  if (!flag) return <Screen title={t('Completar')} backTo="/alertas"><Notice title={t('Este alerta não está mais neste celular')} /></Screen>
  // What this phone still knows of it need not be said again; who decides is asked also of what comes later.
  const before = knownFlags.value.get(id)?.facts ?? noFacts()
  const whole = (own: FlagFacts): FlagFacts => withMore(before, { ...own, choices: choicesOf(own) })
  const put = (changed: Partial<FlagFacts>) => {
    const next = { ...facts, ...changed }
    keep({ facts: { ...settled(next), choices: isAdult(whole(next)) ? next.choices : {} } })
  }
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
        <WordsFields words={words} adult={isAdult(whole(facts))} known={false} canShut={canShutWords()} problems={save.problems} onChange={(next) => keep({ words: next })} />
        <DangerSwitch facts={facts} onPut={put} />
        <FirstQuestions facts={facts} onPut={put} problems={save.problems} legend={t('O que mais você viu?')} brief />
        <WhoIsTold facts={whole(facts)} table={{ rules: flagRules.value, recipients: recipients.value }} onPut={put} />
        <Observed facts={facts} onPut={put} brief />
      </div>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
