import { MAX_NOTE } from '../../rules/encounter'
import { figure, t, TextArea } from '../../ui'

/** Free text, short and warned: what is written here can hurt a person. */
export function NoteField({ value, onInput, error, rows = 4 }: {
  value: string; onInput: (value: string) => void; error?: string | null | undefined; rows?: number
}) {
  return (
    <div class="note">
      <TextArea label={t('Anotação')} name="note" rows={rows} maxLength={MAX_NOTE} value={value} error={error} onInput={onInput}
        hint={t('Só o que ajuda no cuidado. Sem julgamento, sem dados de polícia, sem nome de outras pessoas.')} />
      <p class="hint count">{t('{n} de {max}', { n: figure(value.length), max: figure(MAX_NOTE) })}</p>
    </div>
  )
}
