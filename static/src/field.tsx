// Entry of the field app: looks first, then what the phone holds, then the screens.
import '../assets/field.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { boot, requestPersist, setAway, startLocking } from './actions'
import { startPosition, stopPosition } from './platform/position'
import './platform/install'
import { App } from './screens/app'
import { startEngine } from './sync/engine'
import { watchTabs } from './screens/frame/other-tab'
import { prefs } from './store/prefs'
import { records, session, shift, storageState } from './store/state'
import { applyLetters, applyTheme, hidden, startMinutes, startRouter, useLanguage } from './ui'

effect(() => applyTheme(prefs.value.theme))
effect(() => applyLetters(prefs.value.size, prefs.value.font))
effect(() => { void useLanguage(prefs.value.lang) })

// The place warms up while a shift is open, so that the fix is ready before the form.
let warm = false
effect(() => {
  const open = shift.value !== null
  if (open && !warm) startPosition()
  if (!open && warm) stopPosition()
  warm = open
})

// The first record is worth asking the browser to keep it; the answer is shown under "Eu".
let asked = false
effect(() => {
  if (asked || storageState.value.persisted !== false || !records.value.some((record) => record.mine)) return
  asked = true
  void requestPersist()
})

// A subscription ends with the session that made it: where notices are on, each session takes it over.
let bound: string | null = null
effect(() => {
  const who = session.value
  const key = who && !who.signedOut ? who.worker.id : null
  if (key === bound || globalThis.Notification?.permission !== 'granted') return
  bound = key
  if (key) void import('./actions/notices').then((file) => file.bindNotices()).catch(() => { bound = null })
})

startRouter()
startMinutes()
watchTabs()
const root = document.getElementById('app')
if (root) render(<App />, root)
startEngine()
startLocking()
effect(() => setAway('covered', hidden.value))
void boot()
