// The language is the worker's, not the phone's: the server answers in it, and her next phone and the desk follow.
import { ask } from '../platform/network'
import { putWorker, workerRow } from '../store/device'
import { currentHandle } from '../store/open'
import { prefs, setPrefs, type Prefs } from '../store/prefs'

type Lang = Prefs['lang']
const LOCALES: Record<Lang, string> = { 'pt-BR': 'pt_BR', en: 'en', es: 'es' }

/** Chosen on this phone: at once on the screen, and told to the server as soon as there is one. */
export async function chooseLanguage(lang: Lang): Promise<void> {
  setPrefs({ lang, langUntold: true })
  await tellLanguage()
}

export async function tellLanguage(): Promise<void> {
  const handle = currentHandle()
  const row = handle ? await workerRow(handle.key) : null
  const { lang, langUntold } = prefs.value
  if (!row || !langUntold || row.session.signedOut) return
  const body = JSON.stringify({ locale: LOCALES[lang] })
  const answer = await ask({ method: 'PUT', path: '/api/v1/account/locale', body, csrf: row.csrf, hardMs: 15_000 })
  if (answer.kind !== 'answer' || answer.status !== 204) return
  const now = await workerRow(handle!.key)
  if (now) await putWorker({ ...now.session, worker: { ...now.session.worker, locale: LOCALES[lang] } }, now.csrf)
  if (prefs.value.lang === lang) setPrefs({ langUntold: false })
}

/** After a sign-in: what was chosen here and not yet told goes first, else the phone speaks as the worker chose. */
export async function followLanguage(locale: string): Promise<void> {
  if (prefs.value.langUntold) return tellLanguage()
  const lang = (Object.keys(LOCALES) as Lang[]).find((one) => LOCALES[one] === locale)
  if (lang && lang !== prefs.value.lang) setPrefs({ lang })
}
