// When the phone shuts by itself: nobody touched it for a while, or it was put away. Never in the middle of a form, unless
// that form was left lying for half an hour: its draft is kept, and comes back after the code.
import { announce } from '../store/changes'
import { currentHandle } from '../store/open'
import { lockNow } from '../store/locking'
import { prefs } from '../store/prefs'

const AWAY_MS = 60_000
const FORM_LEFT_MS = 30 * 60_000
const LOOK_EVERY_MS = 5_000

// Two clocks: the phone's own may be set back, and the page's stands still while the phone sleeps.
interface Moment { wall: number; page: number }
const moment = (): Moment => ({ wall: Date.now(), page: performance.now() })
const since = (then: Moment): number => Math.max(Date.now() - then.wall, performance.now() - then.page)

let touched = moment()
const gone = new Map<'background' | 'covered', Moment>()
let forms = 0

const touch = (): void => void (touched = moment())

/** A form is on the screen until the function that comes back is called. */
export function openForm(): () => void {
  forms += 1
  touch()
  return () => {
    forms -= 1
    touch()
  }
}

/** The page is out of sight: in the background, or beneath "Esconder". */
export function setAway(how: 'background' | 'covered', is: boolean): void {
  if (!is) {
    look()
    gone.delete(how)
  } else if (!gone.has(how)) gone.set(how, moment())
}

export function look(): void {
  if (!currentHandle()) return
  const idle = since(touched)
  const away = Math.max(0, ...[...gone.values()].map(since))
  const due = forms > 0 ? idle > FORM_LEFT_MS : idle > prefs.value.lockMinutes * 60_000 || away > AWAY_MS
  if (due) void lockNow()
}

export function startLocking(): () => void {
  const onVisible = (): void => setAway('background', document.visibilityState !== 'visible')
  for (const kind of ['pointerdown', 'keydown', 'input'] as const) window.addEventListener(kind, touch, { capture: true, passive: true })
  document.addEventListener('visibilitychange', onVisible)
  const timer = setInterval(look, LOOK_EVERY_MS)
  return () => {
    for (const kind of ['pointerdown', 'keydown', 'input'] as const) window.removeEventListener(kind, touch, { capture: true })
    document.removeEventListener('visibilitychange', onVisible)
    clearInterval(timer)
  }
}

/** By hand: every tab of this phone, except one in which a form is being filled. */
export async function shutAll(): Promise<void> {
  const key = currentHandle()?.key ?? null
  await lockNow()
  announce('shut', key)
}

export function lockUnlessForm(): void {
  if (forms === 0) void lockNow()
}
