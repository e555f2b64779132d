// After saving, the GPS goes on improving: a better fix within the hold amends the place of the record.
import { effect } from '@preact/signals'
import type { Place } from '../contract/commands'
import { GOOD_M } from '../platform/fixes'
import { position } from '../platform/position'
import { FOLLOW_MS, HOLD_MS } from '../store/held'

// Worth waiting the longer hold: a coarse fix, or none yet while the phone is still searching.
export function holdFor(place: Place, wanted: boolean): number {
  if (!wanted) return HOLD_MS
  const coarse = place.source === 'gps' ? (place.accuracy_m ?? Infinity) > GOOD_M : place.reason === 'unavailable'
  const { status } = position.value
  return coarse && status !== 'off' && status !== 'denied' ? FOLLOW_MS : HOLD_MS
}

export const wantsFix = (place: Place, late: boolean): boolean =>
  !late && (place.source === 'gps' || (place.source === 'none' && place.reason === 'unavailable'))

export function followFix(saved: Place, heldUntil: number, amend: (place: Place, enough: boolean) => Promise<boolean>): void {
  let best = saved.source === 'gps' ? saved.accuracy_m ?? Infinity : Infinity
  let stop = (): void => undefined
  const timer = setTimeout(() => stop(), Math.max(0, heldUntil - Date.now()))
  const dispose = effect(() => {
    const { lon, lat, accuracy_m, at } = position.value
    if (lon === undefined || lat === undefined || accuracy_m === undefined || accuracy_m >= best) return
    best = accuracy_m
    const place: Place = { source: 'gps', lon, lat, accuracy_m, point_id: null, text: null, reason: null, fixed_at: at ?? null }
    amend(place, accuracy_m <= GOOD_M).then((ok) => ok || stop(), () => stop())
  })
  stop = () => {
    clearTimeout(timer)
    dispose()
  }
}
