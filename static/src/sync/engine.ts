// Decides when to talk with the server. One run across tabs per lane (Web Locks); callers share the run under way.
// Wakes on start, when shown, on `online`, after a save (after its hold), by Background Sync, and by a timer with
// back-off. Its truth is the answers, never navigator.onLine.
import { effect } from '@preact/signals'
import { refreshStorage } from '../actions/device'
import { withLock } from '../platform/locks'
import { askBackgroundSync, registerWorker } from '../platform/worker'
import { ageOut, ageOutOthers } from '../store/ageing'
import { onChange } from '../store/changes'
import { currentHandle, type Handle } from '../store/open'
import type { Lane } from '../store/rows'
import { allRows, requeueSending, sealDelivered } from '../store/sending'
import { referrals, session, syncState } from '../store/state'
import type { SyncState } from '../store/types'
import { forgetHere } from '../actions/opening'
import { backoff } from './backoff'
import { nextDue } from './choose'
import { pull } from './pull'
import { emptyLane, isToForget, type PushEnd } from './push'

const SYNC_TAG = 'vinculo-outbox'
const PULL_EVERY_MS = 5 * 60_000
const PULL_WAITING_MS = 20_000 // a shelter is about to answer
const OTHER_TAB_MS = 5_000
const AGE_OUT_EVERY_MS = 3600_000
const AGE_OUT_OTHERS_AFTER_MS = 60_000
const FLAG_FIRST_MS = 5_000
const MAIL_AFTER_MS = 4_000
const MAIL_EVERY_MS = 60_000

interface LaneRun { promise: Promise<void> | null; again: boolean; failures: number; notBefore: number }
const idle = (): LaneRun => ({ promise: null, again: false, failures: 0, notBefore: 0 })

const lanes: Record<Lane, LaneRun> = { flag: idle(), urgent: idle(), normal: idle() }
const LANES = ['flag', 'urgent', 'normal'] as const
let lastPullAt = 0
let lastAgedAt = 0
let timer: ReturnType<typeof setTimeout> | null = null
let endings: (() => void)[] = []

const onVisible = (): void => {
  if (isVisible()) wake()
}

export function startEngine(): void {
  if (endings.length) return
  void registerWorker(() => wake())
  tidy(AGE_OUT_OTHERS_AFTER_MS)
  const post = setInterval(() => void sendMail(), MAIL_EVERY_MS)
  setTimeout(() => void sendMail(), MAIL_AFTER_MS)
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', onVisible)
  let who: string | null = null
  endings = [
    onChange(({ kind, key }) => {
      if (key !== (currentHandle()?.key ?? null)) return // null: of a shut phone
      if (kind === 'wake') wake()
      else if (kind === 'local') void saved()
    }),
    () => clearTimeout(tidying),
    () => clearInterval(post),
    () => window.removeEventListener('online', wake),
    () => document.removeEventListener('visibilitychange', onVisible),
    effect(() => {
      const now = session.value
      const key = now ? `${now.municipality.id}-${now.worker.id}${now.signedOut ? ' out' : ''}` : null
      if (key !== who && key !== null) {
        lastPullAt = 0
        setTimeout(wake)
      }
      who = key
    }),
  ]
}

// Whoever is signed in, or nobody; not while the first screens are being drawn.
let tidying: ReturnType<typeof setTimeout> | undefined

function tidy(afterMs: number): void {
  tidying = setTimeout(() => {
    void ageOutOthers(Date.now()).catch(() => undefined)
    tidy(AGE_OUT_EVERY_MS)
  }, afterMs)
}

export function closeEngine(): void {
  for (const end of endings) end()
  endings = []
  if (timer !== null) clearTimeout(timer)
  timer = null
}

// Now, whatever the back-off says: somebody or something gave a reason to believe that it may work.
export function wake(): void {
  for (const lane of Object.values(lanes)) lane.notBefore = 0
  lastPullAt = 0
  for (const lane of LANES) void run(lane)
  void sendMail()
}

let mailing: Promise<void> | null = null

function sendMail(): Promise<void> {
  mailing ??= import('./mail').then(({ mail }) => mail()).catch(() => undefined).finally(() => {
    mailing = null
  })
  return mailing
}

// The order of a lost device: the phone knows nobody any more. What is unsent goes on as mail.
async function forget(handle: Handle): Promise<void> {
  await forgetHere(handle)
  void sendMail()
}

let savedBefore = new Set<string>()

// After a save: due when its hold is over. A new command may also try a line that was silent a minute ago.
async function saved(): Promise<void> {
  const handle = currentHandle()
  if (!handle) return
  const rows = (await allRows(handle)).filter((row) => row.state === 'queued' || row.state === 'held')
  const fresh = rows.some((row) => row.tries === 0 && !savedBefore.has(row.id))
  savedBefore = new Set(rows.map((row) => row.id))
  if (fresh) {
    for (const lane of Object.values(lanes)) lane.notBefore = 0
    void askBackgroundSync(SYNC_TAG)
  }
  await schedule()
}

async function schedule(): Promise<void> {
  const handle = currentHandle()
  if (timer !== null) clearTimeout(timer)
  timer = null
  if (!handle || !endings.length) return
  const now = Date.now()
  const rows = await allRows(handle)
  const times: number[] = []
  for (const lane of LANES) {
    const due = nextDue(rows, lane, now)
    // Left by a run that the phone's storage broke off before its answer was kept: nobody waits for that answer now.
    const stuck = !lanes[lane].promise && rows.some((row) => row.state === 'sending' && row.lane === lane)
    if (due !== null || stuck) times.push(Math.max(stuck ? now : due!, lanes[lane].notBefore))
  }
  // Without a session nothing is pulled: wakes by itself when the worker signs in, or looks at the app.
  if (isVisible() && !session.value?.signedOut) times.push(Math.max(lastPullAt + pullEvery(), lanes.normal.notBefore))
  const next = Math.min(...times)
  if (!Number.isFinite(next)) return // nothing in line, or only wake() may try
  if (timer !== null) clearTimeout(timer)
  timer = setTimeout(() => {
    timer = null
    const at = Date.now()
    for (const lane of LANES) if (lanes[lane].notBefore <= at) void run(lane)
  }, Math.min(Math.max(250, next - now + 20), 3600_000))
}

const isVisible = (): boolean => document.visibilityState === 'visible'

const pullEvery = (): number =>
  referrals.value.some((each) => /^(sent|held|on_the_way)$/.test(each.status) && each.state !== 'needs_you' && Date.parse(each.occurred_at) > Date.now() - 2 * 3600_000)
    ? PULL_WAITING_MS
    : PULL_EVERY_MS

export function run(lane: Lane): Promise<void> {
  const state = lanes[lane]
  if (state.promise) {
    state.again = true
    return state.promise
  }
  let handle = currentHandle()
  // Never begun without anybody: a run that ends before its first wait would be taken for one under way, for ever.
  if (!handle) return Promise.resolve()
  state.promise = (async () => {
    try {
      do {
        state.again = false
        handle = currentHandle()
        if (!handle) return
        const mine = handle
        const ran = await withLock(`vinculo-${lane}-${mine.name}`, async () => {
          await (lane === 'normal' ? runNormal(mine, state) : runUrgent(mine, lane, state))
          return true
        })
        if (ran === null) state.notBefore = Math.max(state.notBefore, Date.now() + OTHER_TAB_MS) // another tab is at it
      } while (state.again && state.notBefore <= Date.now())
    } catch {
      // The phone's own storage failed (disk full): nothing was changed; later again.
      pause(state, 'error', null)
    } finally {
      state.promise = null
      // Shut in the middle, or another worker's turn: the next one must not wait out this one's back-off.
      if (handle !== currentHandle()) {
        Object.assign(state, { failures: 0, notBefore: 0 })
        setTimeout(() => void run(lane))
      } else await schedule()
    }
  })()
  return state.promise
}

function show(change: Partial<SyncState>): void {
  syncState.value = { ...syncState.value, ...change }
}

function pause(state: LaneRun, phase: 'no_answer' | 'error', afterMs: number | null): void {
  state.failures += 1
  state.notBefore = Date.now() + (afterMs ?? backoff(state.failures))
  show({ phase, pulled: null })
}

function settle(state: LaneRun, end: PushEnd): boolean {
  if (end.then === 'empty') {
    if (end.sent) state.failures = 0
    return true
  }
  if (end.then === 'signed_out' || end.then === 'send_only') {
    state.notBefore = Infinity // until wake()
    show({ phase: end.then === 'signed_out' ? 'signed_out' : 'idle', pulled: null })
  } else pause(state, end.phase, end.afterMs)
  return false
}

async function runUrgent(handle: Handle, lane: Lane, state: LaneRun): Promise<void> {
  const end = await emptyLane(handle, lane, () => show({ phase: 'no_answer' }))
  if (end.sent) await sealDelivered(handle)
  if (end.then === 'send_only') await forget(handle)
  if (settle(state, end) && end.sent) {
    show({ phase: lanes.normal.promise ? 'running' : 'idle' })
    lastPullAt = 0 // the answer of the shelter is what the worker waits for
    void run('normal')
  }
}

async function runNormal(handle: Handle, state: LaneRun): Promise<void> {
  // On a thin line a flag must not share it with two hundred others; a silent server holds back nobody for long.
  await Promise.race([lanes.flag.promise, new Promise((go) => setTimeout(go, FLAG_FIRST_MS))])
  await requeueSending(handle, 'normal')
  const due = nextDue(await allRows(handle), 'normal', Date.now())
  const pullDue = (isVisible() || lastPullAt === 0) && (!session.value?.signedOut || lastPullAt === 0) && lastPullAt + pullEvery() <= Date.now()
  if (!pullDue && (due === null || due > Date.now())) return
  show({ phase: 'running' })
  const silent = (): void => show({ phase: 'no_answer' })
  const end = await emptyLane(handle, 'normal', silent)
  if (end.sent) await sealDelivered(handle)
  if (end.then === 'send_only') await forget(handle)
  if (!settle(state, end)) return
  if (pullDue || end.sent) {
    const pulled = await pull(handle, {
      onSilent: silent,
      onListing: (done, bytes) => show({ phase: 'running', pulled: { done, bytes } }),
    })
    // A lost device has no session any more: its order comes with an empty push.
    if (pulled.then === 'send_only' || (pulled.then === 'signed_out' && (await isToForget(handle)))) return forget(handle)
    if (pulled.then === 'signed_out') {
      if (handle === currentHandle()) lastPullAt = Date.now() // the outbox goes on by its own token; answers wait for the sign-in
      return show({ phase: 'signed_out', pulled: null })
    }
    if (pulled.then === 'wait') return pause(state, pulled.phase, pulled.afterMs)
    if (handle !== currentHandle()) return // the next worker's first pull must not wait for this one's turn
    lastPullAt = Date.now()
    // The key may have come with this pull; what was delivered before it is sealed now.
    await sealDelivered(handle)
    if (Date.now() - lastAgedAt > AGE_OUT_EVERY_MS) {
      lastAgedAt = Date.now()
      await ageOut(handle, Date.now())
    }
    // A restored server wants the last days again.
    if (nextDue(await allRows(handle), 'normal', Date.now()) !== null) state.again = true
  }
  state.failures = 0
  show({ phase: 'idle', pulled: null })
  void refreshStorage()
}

