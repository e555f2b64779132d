// The way in which a field of the ficha is answered, by its kind.
import type { FichaField } from '../../contract/pull'
import { DIGITS, DOCUMENTS, shownDocument, digitsOf, type DocumentField } from '../../rules/documents'
import { CheckTiles, Select, t, TextField, Tiles } from '../../ui'
import type { DocumentAnswer } from './answers'

interface Input { field: FichaField; value: unknown; error: string | null; onChange: (value: unknown) => void }

const MANY_OPTIONS = 12 // from here on a list to choose from, not tiles
// Answers that say there is nothing: they do not stand beside others.
const ALONE = new Set(['none', 'unknown', 'not_said', 'not_declared'])

export function AnswerInput(input: Input) {
  const { field, value, error, onChange } = input
  switch (field.kind) {
    case 'choice': return <OneOf {...input} />
    case 'many': return <Several {...input} />
    case 'yes_no':
      return (
        <Tiles legend={field.label} hideLegend columns={2} clearable name="field-value" value={value === true ? 'yes' : value === false ? 'no' : null}
          options={[{ value: 'yes', label: t('Sim') }, { value: 'no', label: t('Não') }]} onChange={(next) => onChange(next === null ? null : next === 'yes')} />
      )
    case 'number': case 'months':
      return (
        <TextField label={field.kind === 'months' ? t('Quantos meses?') : t('Quantos?')} inputMode="numeric" name="field-value" maxLength={3} error={error}
          value={typeof value === 'number' ? String(value) : ''} onInput={(typed) => onChange(/\d/.test(typed) ? Number(typed.replace(/\D/g, '')) : null)} />
      )
    case 'date': return <TextField label={t('Data')} type="date" name="field-value" error={error} value={typeof value === 'string' ? value : ''} onInput={(day) => onChange(day || null)} />
    case 'text': return <TextField label={t('Resposta')} name="field-value" maxLength={200} error={error} value={typeof value === 'string' ? value : ''} onInput={onChange} />
    case 'document': return <Document {...input} />
  }
}

function OneOf({ field, value, onChange }: Input) {
  const options = field.options.map(({ code, label }) => ({ value: code, label }))
  if (options.length > MANY_OPTIONS) return <Select label={t('Resposta')} name="field-value" value={value as string | null} options={options} onChange={onChange} />
  return <Tiles legend={field.label} hideLegend clearable name="field-value" value={value as string | null} options={options} onChange={onChange} />
}

function Several({ field, value, onChange }: Input) {
  const values = (value as string[] | null) ?? []
  const put = (next: string[]) => {
    const added = next.find((code) => !values.includes(code))
    onChange(added === undefined ? next : ALONE.has(added) ? [added] : next.filter((code) => !ALONE.has(code)))
  }
  return (
    <CheckTiles legend={field.label} hideLegend name="field-value" values={values} onChange={put}
      options={field.options.map(({ code, label }) => ({ value: code, label }))} />
  )
}

/** What became of it comes first; a number only where its digits can be checked, and never owed. */
function Document({ field, value, error, onChange }: Input) {
  const answer = (value as DocumentAnswer | null) ?? { state: '' }
  const numbered = (DOCUMENTS as readonly string[]).includes(field.id)
  return (
    <>
      <Tiles legend={t('Tem este documento?')} columns={2} name="field-value" value={answer.state || null} options={field.options.map(({ code, label }) => ({ value: code, label }))}
        onChange={(state) => onChange({ ...answer, state: state ?? '' })} />
      {numbered && answer.state !== '' && answer.state !== 'never' && (
        <TextField label={t('Número, se souber')} hint={t('Nunca é preciso. Conta {n} números.', { n: DIGITS[field.id as DocumentField] })} inputMode="numeric" name="field-number" maxLength={20} error={error}
          value={shownDocument(field.id as DocumentField, digitsOf(answer.number ?? ''))} onInput={(number) => onChange({ ...answer, number: digitsOf(number) })} />
      )}
    </>
  )
}
