// Words. The msgid is the Portuguese sentence itself, so the Portuguese phone loads no catalogue at all
// the other languages are the same catalogue, exported to JSON and loaded when asked for.
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
  en: () => import('./catalogue/en.json'),
  es: () => import('./catalogue/es.json'),
}

export const lang = signal<Lang>('pt-BR')
const catalogue = signal<Catalogue>({})

export async function useLanguage(next: Lang): Promise<void> {
  const words = next === 'pt-BR' ? {} : (await loaders[next]()).default
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
