// A PIM visit: recorded, corrected, withdrawn.
import type { HomeVisitBody } from '../contract/commands'
import { instant, newId } from '../contract/ids'
import type { WithdrawReason } from '../contract/terms'
import { checkHomeVisit, type HomeVisitDraft } from '../rules/home-visit'
import { DraftRefused } from '../rules/problems'
import type { ReferralDraft } from '../rules/referral'
import { earlierRecords } from '../store/load'
import { plan, save } from '../store/outbox'
import { me, records, shift } from '../store/state'
import type { RecordRow } from '../store/rows'
import type { LocalHomeVisit } from '../store/types'
import { behind } from './behind'
import { followFix, holdFor, wantsFix } from './follow-fix'
import { amendPlace } from './hold'
import { correct, withdraw } from './replace'

export interface RecordedVisit { visit_id: string; held_until: number; referral: { referral_id: string; code: string } | null }

function bodyOf(draft: HomeVisitDraft, id: string, now: number): HomeVisitBody {
  return {
    visit_id: id, household_id: draft.household_id, called: draft.household_id ? null : draft.called?.trim() || null,
    team_id: draft.team_id ?? shift.value?.team_id ?? me.value?.teams.find((team) => team.kind === 'pim')?.id ?? null,
    result: draft.result!, present: draft.present, member_ids: draft.member_ids, place: draft.place,
    late: draft.late_at !== null, recorded_at: instant(now), note: draft.note?.trim() || null, next_on: draft.next_on,
  }
}

function check(draft: HomeVisitDraft, now: number): void {
  const problems = checkHomeVisit(draft, now)
  if (Object.keys(problems).length) throw new DraftRefused(problems)
}

export async function recordHomeVisit(draft: HomeVisitDraft, options: { referral?: ReferralDraft; followFix?: boolean } = {}): Promise<RecordedVisit> {
  const now = Date.now()
  check(draft, now)
  const id = newId(now)
  const body = bodyOf(draft, id, now)
  const follow = options.followFix ?? wantsFix(draft.place, body.late)
  const occurred_at = draft.late_at ?? instant(now)
  const command = plan({ name: 'home_visits.record', body, record_id: id, after: behind({ household_id: body.household_id }), occurred_at, hold_ms: holdFor(draft.place, follow && !options.referral), now })
  const record: RecordRow = { id, type: 'home_visit', body, occurred_at, created_at: now, command_id: command.id, replaces_id: null, status: 'valid' }
  const sent = options.referral && (await import('./referral')).referralRows(options.referral, { encounter_id: null, visit_id: id }, [command.id], now)
  await save({
    commands: sent ? [command, sent.command] : [command],
    records: sent ? [record, sent.record] : [record],
    clearDrafts: sent ? ['home_visit', 'referral'] : ['home_visit'],
  })
  if (follow) followFix(draft.place, command.held_until!, (place, enough) => amendPlace(id, place, enough))
  return { visit_id: id, held_until: command.held_until!, referral: sent ? { referral_id: sent.record.id, code: sent.code } : null }
}

function visitOf(recordId: string): LocalHomeVisit | undefined {
  return [...records.value, ...earlierRecords.value].find((each): each is LocalHomeVisit => each.id === recordId && each.type === 'home_visit')
}

export async function correctHomeVisit(recordId: string, draft: HomeVisitDraft): Promise<{ visit_id: string }> {
  const now = Date.now()
  check(draft, now)
  const known = visitOf(recordId)
  const visit_id = await correct<HomeVisitBody>({
    type: 'home_visit', recordId, occurred_at: draft.late_at, remoteOccurredAt: known?.occurred_at ?? null,
    make: (id) => ({ ...bodyOf(draft, id, now), recorded_at: known?.body?.recorded_at ?? instant(now) }),
    correcting: (body) => ({ name: 'home_visits.correct', body: { ...body, replaces_id: recordId } }),
  })
  return { visit_id }
}

export function withdrawHomeVisit(recordId: string, reason: WithdrawReason): Promise<void> {
  return withdraw(recordId, reason, 'home_visits.withdraw', 'visit_id')
}

export function homeVisitDraftOf(recordId: string): HomeVisitDraft | null {
  const known = visitOf(recordId)
  if (!known) return null
  if (known.body) {
    const { household_id, called, result, present, member_ids, place, note, next_on, team_id, late } = known.body
    return { household_id, called, result, present, member_ids, place, note, next_on, ...(team_id ? { team_id } : {}), late_at: late ? known.occurred_at : null }
  }
  if (!known.remote) return null
  const { household_id, called, result, next_on } = known.remote
  return {
    household_id, called, result, present: [], member_ids: [], note: null, next_on, late_at: null,
    place: { source: 'none', lon: null, lat: null, accuracy_m: null, point_id: null, text: null, reason: 'not_wanted', fixed_at: null },
  }
}
