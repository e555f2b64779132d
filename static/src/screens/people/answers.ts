// An answer of the ficha in words.
import type { FichaField } from '../../contract/pull'
import { dateOnly, t } from '../../ui'

export interface DocumentAnswer { state: string; number?: string }

const labelOf = (field: FichaField, code: unknown): string | null => field.options.find((option) => option.code === code)?.label ?? null

/** Null when the phone does not hold the answer, or not in a form that this version knows. */
export function answerWords(field: FichaField, value: unknown): string | null {
  switch (field.kind) {
    case 'choice': return labelOf(field, value)
    case 'many': return Array.isArray(value) ? value.map((code) => labelOf(field, code)).filter(Boolean).join(', ') || null : null
    case 'yes_no': return value === true ? t('Sim') : value === false ? t('Não') : labelOf(field, value)
    case 'number': case 'months': return typeof value === 'number' ? String(value) : null
    case 'date': return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? dateOnly(value) : null
    case 'text': return typeof value === 'string' ? value : null
    case 'document': return labelOf(field, (value as DocumentAnswer | undefined)?.state)
  }
}
