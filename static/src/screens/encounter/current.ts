/** The encounter being written, shared by its screens; on the phone's disk at each tap. */
import { effect, signal } from '@preact/signals'
import { clearDraft, loadDraft, saveDraft } from '../../store/drafts'
import { session } from '../../store/state'
import { change, isTouched, newDraft, type EncounterDraft, type Tap } from './draft'

export const current = signal<EncounterDraft | null>(null)
/** True while the draft on screen was taken up from the disk and nobody said anything about it yet. */
export const resumed = signal(false)

/** Two workers may share a phone, and this page outlives a sign-out: what one wrote is not shown to the other. */
let owner: string | null = null
effect(() => {
  const worker = session.value?.worker.id ?? null
  if (worker === owner) return
  owner = worker
  current.value = null
  resumed.value = false
})

/** Going on to the shelter and coming back is no interruption. */
let goingOn = false

export function goOn(): void {
  goingOn = true
}

export async function openDraft(): Promise<void> {
  const back = goingOn
  goingOn = false
  if (current.value !== null && isTouched(current.value)) {
    resumed.value = !back
    return
  }
  const kept = await loadDraft<EncounterDraft>('encounter').catch(() => null)
  resumed.value = kept !== null && isTouched(kept)
  current.value = resumed.value ? kept : newDraft(Date.now())
}

export function tap(event: Tap): void {
  if (current.value === null) return
  const before = current.value
  put(change(before, event))
  if (current.value !== before && event.tap !== 'reading') resumed.value = false
}

export function put(draft: EncounterDraft): void {
  if (draft === current.value) return
  current.value = draft
  // A correction is of a record that is safe already: it must not push out the draft of a new encounter.
  if (draft.corrects === null && isTouched(draft)) void saveDraft('encounter', draft).catch(() => undefined)
}

export async function drop(): Promise<void> {
  current.value = null
  resumed.value = false
  await clearDraft('encounter').catch(() => undefined)
}

export async function startAnew(): Promise<void> {
  await drop()
  current.value = newDraft(Date.now())
}
