// Where the phone is. One watch, warmed up while a shift is open and the app is visible, so that the fix is
// ready before the form opens. Transient errors come in between good fixes and never drop the last good one.
import { signal } from '@preact/signals'
import { bestFix, statusOf, WINDOW_MS, type Fix, type PositionState } from './fixes'

export type { PositionState } from './fixes'
export const position = signal<PositionState>({ status: 'off', elapsed_s: 0 })

let watch: number | null = null
let ticker: ReturnType<typeof setInterval> | null = null
let startedAt = 0
let fixes: Fix[] = []
let denied = false
let unavailable = false

function show(): void {
  const now = Date.now()
  const best = bestFix(fixes)
  const elapsed = now - startedAt
  const status = statusOf(best, { elapsed, denied, unavailable })
  position.value = {
    status,
    elapsed_s: Math.max(0, Math.floor(elapsed / 1000)),
    ...(best ? { lon: best.lon, lat: best.lat, accuracy_m: best.accuracy_m, at: new Date(best.at).toISOString() } : {}),
  }
  // The seconds matter only while a better fix may come.
  if (elapsed > WINDOW_MS && ticker !== null) {
    clearInterval(ticker)
    ticker = null
  }
}

function onFix(found: GeolocationPosition): void {
  denied = false
  unavailable = false
  const at = Math.min(found.timestamp || Date.now(), Date.now())
  fixes.push({ lon: found.coords.longitude, lat: found.coords.latitude, accuracy_m: found.coords.accuracy, at })
  fixes = fixes.filter((fix) => fix.at >= at - WINDOW_MS)
  show()
}

function onError(error: GeolocationPositionError): void {
  if (error.code === error.PERMISSION_DENIED) denied = true
  else unavailable = true
  show()
}

function listen(): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch)
  startedAt = Date.now()
  fixes = fixes.filter((fix) => fix.at > startedAt - 60_000) // older: the worker has walked on
  watch = navigator.geolocation.watchPosition(onFix, onError, { enableHighAccuracy: true, maximumAge: 0, timeout: 30_000 })
  if (ticker === null) ticker = setInterval(show, 1000)
  show()
}

function onVisible(): void {
  if (document.visibilityState === 'visible' && watch !== null) listen()
}

export function startPosition(): void {
  if (watch !== null) return
  if (!('geolocation' in navigator)) {
    position.value = { status: 'unavailable', elapsed_s: 0 }
    return
  }
  listen()
  document.addEventListener('visibilitychange', onVisible)
}

// Asks anew: after the worker changed the permission, or walked on.
export function restartPosition(): void {
  stopPosition()
  startPosition()
}

export function stopPosition(): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch)
  if (ticker !== null) clearInterval(ticker)
  document.removeEventListener('visibilitychange', onVisible)
  watch = ticker = null
  fixes = []
  denied = unavailable = false
  position.value = { status: 'off', elapsed_s: 0 }
}
