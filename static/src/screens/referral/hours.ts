/**
 * Opening hours are words typed by a desk ("24 horas", "18h às 7h", "Seg a sex, 8h–17h"). Read where they are plain
 * otherwise unknown, and the words themselves are shown. A wrong "fechado" would turn a person away.
 */
const DAYS = ['dom', 'seg', 'ter', 'qua', 'qui', 'sex', 'sab']
const RANGE = /(\d{1,2})\s*(?:h|:)?\s*(\d{2})?\s*h?\s*(?:às|as|a|até|ate|-|–)\s*(\d{1,2})\s*(?:h|:)?\s*(\d{2})?\s*h?/g
const DAY_SPAN = /\b(dom|seg|ter|qua|qui|sex|sab)[a-z-]*\s*(?:a|à|até|ate|-|–)\s*(dom|seg|ter|qua|qui|sex|sab)[a-z-]*/

export function openAt(words: string | null, at: Date): boolean | null {
  const text = (words ?? '').normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase()
  if (/\b24\s*(h\b|hs\b|horas)/.test(text)) return true
  const ranges = [...text.matchAll(RANGE)].filter(([, from, , to]) => Number(from) <= 24 && Number(to) <= 24)
  if (ranges.length === 0) return null
  const days = daysOf(text)
  if (days === null) return null
  const minute = at.getHours() * 60 + at.getMinutes()
  return ranges.some(([, fromH, fromM, toH, toM]) => {
    const from = Number(fromH) * 60 + Number(fromM ?? 0)
    const to = Number(toH) * 60 + Number(toM ?? 0)
    const today = days.has(at.getDay())
    if (from < to) return today && minute >= from && minute < to
    // Past midnight the night belongs to the day before.
    return (today && minute >= from) || (days.has((at.getDay() + 6) % 7) && minute < to)
  })
}

/** The days named; all of them when none is; null when they are named in a way that isn't a plain span. */
function daysOf(text: string): Set<number> | null {
  const span = DAY_SPAN.exec(text)
  if (span === null) return DAYS.some((day) => new RegExp(`\\b${day}`).test(text)) ? null : new Set([0, 1, 2, 3, 4, 5, 6])
  const rest = text.replace(span[0], '')
  if (DAYS.some((day) => new RegExp(`\\b${day}`).test(rest))) return null
  const from = DAYS.indexOf(span[1]!)
  const days = new Set<number>()
  for (let day = from; ; day = (day + 1) % 7) {
    days.add(day)
    if (day === DAYS.indexOf(span[2]!)) return days
  }
}
