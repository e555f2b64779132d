import { useId } from 'preact/hooks'
import { Icon } from './icon'
import { t, tn } from './text'

type Field = {
  label: string
  hint?: string | undefined
  /** Said inline, beside the question it is about. */
  error?: string | null | undefined
  name?: string
}

function Notes({ id, hint, error }: { id: string; hint?: string | undefined; error?: string | null | undefined }) {
  return (
    <>
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p class="error" id={`${id}-error`}><Icon name="needs" small /> {error}</p>}
    </>
  )
}

const describedBy = (id: string, { hint, error }: Field) =>
  [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined

export function TextField({ value, onInput, type = 'text', autocomplete = 'off', maxLength, inputMode, capitalize, secret, ...field }: Field & {
  value: string
  onInput: (value: string) => void
  type?: 'text' | 'password' | 'time' | 'date' | 'search' | 'tel'
  autocomplete?: string
  maxLength?: number
  inputMode?: 'text' | 'numeric' | 'search'
  capitalize?: boolean
  /** Shown as dots, though no password. */
  secret?: boolean
}) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <Notes id={id} hint={field.hint} error={field.error} />
      <input
        id={id}
        class={secret ? 'secret' : undefined}
        name={field.name}
        type={type as 'text'}
        value={value}
        autocomplete={autocomplete}
        autocapitalize={capitalize ? 'words' : 'none'}
        maxLength={maxLength}
        inputMode={inputMode}
        aria-invalid={field.error ? true : undefined}
        aria-describedby={describedBy(id, field)}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  )
}

export function TextArea({ value, onInput, maxLength, rows = 3, ...field }: Field & {
  value: string; onInput: (value: string) => void; maxLength: number; rows?: number
}) {
  const id = useId()
  const left = maxLength - value.length
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <Notes id={id} hint={field.hint} error={field.error} />
      <textarea
        id={id}
        name={field.name}
        rows={rows}
        autocomplete="off" // else the browser writes it into its own session file, in clear
        spellcheck={false} // else a browser may send it to its maker, to be checked
        maxLength={maxLength}
        value={value}
        aria-invalid={field.error ? true : undefined}
        aria-describedby={describedBy(id, field)}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {left < maxLength / 10 && <p class="hint">{tn('Cabe mais {n} letra', 'Cabem mais {n} letras', left)}</p>}
    </div>
  )
}

export function Select<V extends string>({ value, onChange, options, empty, ...field }: Field & {
  value: V | null
  onChange: (value: V | null) => void
  options: ReadonlyArray<{ value: V; label: string }>
  empty?: string
}) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <Notes id={id} hint={field.hint} error={field.error} />
      <select
        id={id}
        name={field.name}
        value={value ?? ''}
        aria-invalid={field.error ? true : undefined}
        aria-describedby={describedBy(id, field)}
        onChange={(event) => onChange((event.currentTarget.value || null) as V | null)}
      >
        <option value="">{empty ?? t('Escolha')}</option>
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </div>
  )
}

/** A number by thumbs: minus, the number (which can be typed too), plus. */
export function Stepper({ label, value, onChange, min = 0, max = 300, compact, name }: {
  label: string
  value: number
  onChange: (value: number) => void
  min?: number
  max?: number
  /** Label and number on one row. */
  compact?: boolean
  name?: string
}) {
  const id = useId()
  const set = (next: number) => onChange(Math.min(max, Math.max(min, next)))
  return (
    <div class={compact ? 'stepper compact' : 'stepper'} role="group" aria-labelledby={id} data-name={name}>
      <span class="stepper-label" id={id}>{label}</span>
      <span class="stepper-row">
        <button type="button" class="step" aria-label={t('Menos um: {what}', { what: label })} disabled={value <= min}
          onClick={() => set(value - 1)}><Icon name="minus" /></button>
        <input type="text" inputMode="numeric" aria-labelledby={id} value={value} size={3}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => {
            const typed = event.currentTarget.value.replace(/\D/g, '')
            if (typed) set(Number(typed))
          }}
          onBlur={(event) => { event.currentTarget.value = String(value); }} />
        <button type="button" class="step" aria-label={t('Mais um: {what}', { what: label })} disabled={value >= max}
          onClick={() => set(value + 1)}><Icon name="plus" /></button>
      </span>
    </div>
  )
}
