// The minute that the screens show ("há 5 min", the shift clock). A signal, so that only what shows it is drawn again.
import { signal } from '@preact/signals'

export const now = signal(Date.now())

export function startMinutes(): void {
  const turn = () => { now.value = Date.now() }
  setInterval(turn, 20_000)
  document.addEventListener('visibilitychange', turn)
}
