// Words. The msgid is the Portuguese sentence itself, so the Portuguese phone loads no catalogue at all
// the others are the catalogue of the house, loaded when asked for (static/po.ts).
import { signal } from '@preact/signals'

export type Lang = 'pt-BR' | 'en' | 'es'
export type Values = Record<string, string | number>
type Catalogue = Record<string, string>

export const languages: ReadonlyArray<{ value: Lang; label: string }> = [
  { value: 'pt-BR', label: 'Português' },
  { value: 'en', label: 'English' },
  { value: 'es', label: 'Español' },
]

const loaders: Record<Exclude<Lang, 'pt-BR'>, () => Promise<{ default: Catalogue }>> = {
  en: () => import('../../../app/translations/en/LC_MESSAGES/messages.po'),
  es: () => import('../../../app/translations/es/LC_MESSAGES/messages.po'),
}

export const lang = signal<Lang>('pt-BR')
const catalogue = signal<Catalogue>({})

let wanted: Lang = 'pt-BR'

export async function useLanguage(next: Lang): Promise<void> {
  wanted = next
  let words: Catalogue = {}
  try {
    if (next !== 'pt-BR') words = (await loaders[next]()).default
  } catch {
    return // the words are not on the phone and cannot be had now: what is on the screen stays
  }
  if (wanted !== next) return // another choice was made while these words came
  catalogue.value = words
  lang.value = next
  document.documentElement.lang = next
}

function fill(sentence: string, values?: Values): string {
  if (!values) return sentence
  return sentence.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole))
}

// t("Novo encontro") · t("{n} a enviar", { n: 3 }). Only literal strings: the extractor reads the source.
export function t(msgid: string, values?: Values): string {
  return fill(catalogue.value[msgid] || msgid, values)
}

// tn("{n} pessoa", "{n} pessoas", n). The three languages share the rule "one or many".
export function tn(one: string, many: string, n: number, values?: Values): string {
  return t(n === 1 ? one : many, { n, ...values })
}

export { mark } from '../contract/words'
