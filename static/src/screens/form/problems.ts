/** Which sentence stands beside which question. Field names may be paths: "place.point_id", "people.0.age_band". */
import { t } from '../../ui'

export type Problems = Record<string, string>

/** Sentences of the server for a record that came back, by path of the field: it nests them as the body is nested. */
export function sentences(fields: Record<string, unknown> | undefined, under = ''): Problems {
  const result: Problems = {}
  for (const [field, value] of Object.entries(fields ?? {})) {
    const path = under + field
    const texts = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string')
    if (texts.length > 0) result[path] = texts.join(' ')
    else if (value !== null && typeof value === 'object') Object.assign(result, sentences(value as Record<string, unknown>, `${path}.`))
  }
  return result
}

/** The problem of a question, from any of the field names (or their children) that it answers. */
export function problemOf(problems: Problems, ...fields: string[]): string | null {
  const key = Object.keys(problems).find((one) => fields.some((field) => one === field || one.startsWith(`${field}.`)))
  return key === undefined ? null : t(problems[key]!)
}

/** What no question on the form answers, so that no reason is swallowed. */
export function otherProblems(problems: Problems, known: string[]): string[] {
  return Object.entries(problems)
    .filter(([key]) => !known.some((field) => key === field || key.startsWith(`${field}.`)))
    .map(([, sentence]) => t(sentence))
}
