/** What was just saved, while it can be undone: the form comes back as it was. */
import { saveDraft } from '../../store/drafts'
import type { VisitDraft } from './draft'

let last: { visit_id: string; draft: VisitDraft } | null = null

export function rememberSaved(visit_id: string, draft: VisitDraft): void {
  last = { visit_id, draft }
}

export async function reopenVisit(visitId: string): Promise<void> {
  const was = last
  last = null
  // Into the drafts of whoever is signed in: an undone record can only be one's own.
  if (was?.visit_id === visitId) await saveDraft('home_visit', was.draft).catch(() => undefined)
}
