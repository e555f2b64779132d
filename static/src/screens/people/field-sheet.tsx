// One question: what for, the answer, how it is known. Nothing is chosen beforehand.
import { useEffect, useState } from 'preact/hooks'
import { openForm } from '../../actions'
import { tellPerson } from '../../actions/people'
import type { FichaField } from '../../contract/pull'
import { checkDate } from '../../rules/told'
import { checkDocument, digitsOf, DOCUMENTS, type DocumentField } from '../../rules/documents'
import type { Card } from '../../store/people'
import { Badge, Button, Sheet, showToast, t } from '../../ui'
import { useDraft } from '../form/draft'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { answerWords, type DocumentAnswer } from './answers'
import { AnswerInput } from './answer-input'
import { ASKED, HowKnown, type How } from './how-known'

const blank = (): { value: unknown; how: How } => ({ value: null, how: { source: null, unsure: false } })
const numbered = (field: FichaField): field is FichaField & { id: DocumentField } => (DOCUMENTS as readonly string[]).includes(field.id)

export function FieldSheet({ card, field, onClose: close }: { card: Card; field: FichaField | null; onClose: () => void }) {
  const { draft: { value, how }, put, drop } = useDraft('answer', field ? `${card.id} ${field.id}` : null, blank)
  const [again, setAgain] = useState(false)
  const [tried, setTried] = useState(false)
  const save = useSave()
  const onClose = close // a tap beside the sheet takes nothing of what was typed
  useEffect(() => (field ? openForm() : undefined), [field])
  if (!field) return <Sheet open={false} title="" name="field-sheet" onClose={onClose} />
  // What does not change is not asked twice: it can only be put right.
  const settled = !field.changes && (card.asked.includes(field.id) || field.id in card.told) && !again
  const source = field.self_declared ? ('told' as const) : how.source
  const problem = problemOf(field, value)
  const answer = clean(field, value)
  const onSave = () => {
    setTried(true)
    if (problem) return
    void save.run(async () => {
      await tellPerson(card.id, [{ field: field.id, value: answer, source: source!, certainty: how.unsure ? 'unsure' : 'sure' }])
      saved()
      drop()
      showToast({ text: t('Guardado no aparelho') })
      onClose()
    })
  }
  const known = answerWords(field, card.told[field.id])
  return (
    <>
      <Sheet open title={field.label} name="field-sheet" onClose={onClose}
        actions={settled
          ? <div class="inline even"><Button icon="edit" name="field-again" onPress={() => setAgain(true)}>{t('Corrigir')}</Button><Button kind="primary" main onPress={onClose}>{t('Voltar')}</Button></div>
          : (
            <div class="inline even">
              <Button name="field-back" onPress={onClose}>{t('Voltar')}</Button>
              <Button kind="primary" icon="check" main name="field-save" busy={save.busy} disabled={answer === null || source === null} onPress={onSave}>{t('Guardar')}</Button>
            </div>
          )}>
        {field.sensitive && <div class="inline"><Badge tone="warn" icon="lock">{t('Dado sensível')}</Badge></div>}
        <details class="help"><summary>{t('Para que serve?')}</summary><p>{field.purpose}</p></details>
        {settled && <p>{t('Esta pergunta já foi respondida. Não é preciso perguntar de novo.')}</p>}
        {known && <p class="hint">{t('Última resposta: {answer}', { answer: known })}</p>}
        {!settled && (
          <>
            <AnswerInput field={field} value={value} error={tried || typeof value === 'number' || shownEarly(field, value) ? problem : null} onChange={(next) => put({ value: next })} />
            {field.self_declared
              ? <p class="hint">{t('Só vale o que a própria pessoa diz. Não marque pelo que parece.')}</p>
              : <HowKnown how={how} sources={sourcesOf(field)} onChange={(next) => put({ how: next })} />}
          </>
        )}
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </>
  )
}

// A need is told or seen; only what a document can prove is read from one.
const sourcesOf = (field: FichaField) => (field.kind === 'document' || field.kind === 'date' ? ASKED : ASKED.filter((source) => source !== 'document'))

/** A whole number with a wrong digit is said while it can still be read again from the card. */
const shownEarly = (field: FichaField, value: unknown): boolean =>
  numbered(field) && digitsOf((value as DocumentAnswer | null)?.number ?? '').length >= (field.id === 'document.cns' ? 15 : 11)

function problemOf(field: FichaField, value: unknown): string | null {
  if (field.kind === 'date' && typeof value === 'string') return translated(checkDate(value, Date.now()))
  const { least, most } = field
  if (typeof value === 'number' && least != null && most != null) return value < least || value > most ? t('Deve ser de {least} a {most}.', { least, most }) : null
  if (numbered(field)) {
    const number = (value as DocumentAnswer | null)?.number ?? ''
    return number ? translated(checkDocument(field.id, number)) : null
  }
  return null
}
const translated = (sentence: string | null): string | null => (sentence === null ? null : t(sentence))

/** What is sent; null while there is no answer. */
function clean(field: FichaField, value: unknown): unknown {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return null
  if (field.kind === 'text') return String(value).trim() || null
  if (field.kind === 'document') {
    const { state, number } = value as DocumentAnswer
    if (!state) return null
    const digits = digitsOf(number ?? '')
    return digits ? { state, number: digits } : { state }
  }
  return value
}
