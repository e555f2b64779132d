// What is typed into a form is on the disk at each tap: a call, a kill of the browser or the lock takes nothing of it.
import { useEffect, useRef, useState } from 'preact/hooks'
import { clearDraft, loadDraft, saveDraft, type DraftKind } from '../../store/drafts'
import { showToast, t } from '../../ui'

interface Kept<T> { of: string; draft: T }

/**
 * The form of one thing: `of` says whose name, which question, which family; null while it is shut. One draft of a kind is
 * kept, in the worker's own box; it is taken up again when the form of the same thing opens. `drop` once it is saved.
 * Quietly: where what was kept is a question that shows by itself.
 */
export function useDraft<T extends object>(kind: DraftKind, of: string | null, blank: () => T, quietly = false) {
  const [draft, setDraft] = useState<T>(blank)
  const latest = useRef(draft)
  const touched = useRef(false)
  const show = (next: T) => {
    latest.current = next
    setDraft(next)
  }
  const drop = () => {
    touched.current = false
    show(blank())
    void clearDraft(kind).catch(() => undefined)
  }
  useEffect(() => {
    if (of === null) return
    let here = true
    void loadDraft<Kept<T>>(kind).catch(() => null).then((kept) => {
      if (!here || touched.current || kept?.of !== of || JSON.stringify(kept.draft) === JSON.stringify(blank())) return
      show({ ...blank(), ...kept.draft })
      if (!quietly) showToast({ text: t('Continuando de onde parou'), icon: 'history', seconds: 10, action: { label: t('Descartar'), run: drop } })
    })
    return () => { here = false }
  }, [kind, of])
  const put = (changed: Partial<T>) => {
    touched.current = true
    show({ ...latest.current, ...changed })
    if (of !== null) void Promise.resolve().then(() => saveDraft(kind, { of, draft: latest.current })).catch(() => undefined)
  }
  return { draft, put, drop }
}
