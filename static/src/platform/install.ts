// Installing on the home screen. Chrome hands over its prompt once, early, so it is caught at start;
// Safari has none and people are shown the two taps.
import { signal } from '@preact/signals'

interface InstallEvent extends Event { prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }> }

const standalone = () => matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true
// An iPad says that it is a Mac; only its fingers tell.
export const onIos = /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)

export const installed = signal(standalone())
export const canAsk = signal(false)
let prompt: InstallEvent | null = null

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  prompt = event as InstallEvent
  canAsk.value = true
})
addEventListener('appinstalled', () => {
  installed.value = true
  canAsk.value = false
})

export async function askInstall(): Promise<boolean> {
  const offered = prompt
  if (!offered) return false
  prompt = null // it answers only once
  canAsk.value = false
  return (await offered.prompt()).outcome === 'accepted'
}

export const hasPasskeys = (): boolean => typeof PublicKeyCredential !== 'undefined' && 'credentials' in navigator
