// Times, ages and distances as a person says them. Instants come in as ISO text; "now" is handed in.
import { lang, t, tn } from './text'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// The day first and 24 hours, as on every paper in Brazil: "en" alone would write the month first.
const FORMATS = { 'pt-BR': 'pt-BR', en: 'en-GB', es: 'es' } as const
const locale = () => FORMATS[lang.value]
// 03/04 is April for some readers of English and March for others: there the month has a name.
const month = () => (lang.value === 'en' ? 'short' : '2-digit')

export function figure(n: number): string {
  return new Intl.NumberFormat(locale(), { useGrouping: true }).format(n)
}

export function clockTime(iso: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(iso))
}

export function dayAndTime(iso: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale(), {
    day: '2-digit', month: month(), hour: '2-digit', minute: '2-digit', timeZone,
  }).format(new Date(iso))
}

// "2026-11-22" is a date, not an instant: read at noon so that no time zone moves it to another day.
export function dateOnly(day: string): string {
  return new Intl.DateTimeFormat(locale(), { day: '2-digit', month: month(), year: 'numeric' })
    .format(new Date(`${day}T12:00:00`))
}

// How old a figure is: "agora", "há 5 min", "há 3 h", "há 2 dias". A clock that ran backwards reads as "agora".
export function age(iso: string, now: number): string {
  const ms = now - Date.parse(iso)
  if (!(ms >= MINUTE)) return t('agora')
  if (ms < HOUR) return t('há {n} min', { n: Math.floor(ms / MINUTE) })
  if (ms < DAY) return t('há {n} h', { n: Math.floor(ms / HOUR) })
  return tn('há {n} dia', 'há {n} dias', Math.floor(ms / DAY))
}

// How long something has been going on: "12 min", "2 h 14 min".
export function lasting(iso: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(iso)) / MINUTE))
  const hours = Math.floor(minutes / 60)
  return hours ? t('{h} h {m} min', { h: hours, m: minutes % 60 }) : t('{m} min', { m: minutes })
}

export function distance(metres: number): string {
  const number = new Intl.NumberFormat(locale(), { maximumFractionDigits: metres < 10_000 ? 1 : 0 })
  return metres < 1000 ? `${Math.round(metres / 10) * 10} m` : `${number.format(metres / 1000)} km`
}

export function megabytes(bytes: number): string {
  const [size, unit] = bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: size < 10 ? 1 : 0 }).format(size)} ${unit}`
}
