import type { HomeVisitDraft } from '../rules/home-visit'
import type { ReferralDraft } from '../rules/referral'
import type { WithdrawReason } from '../contract/terms'
export async function recordHomeVisit(_draft: HomeVisitDraft, _options: { referral?: ReferralDraft; followFix?: boolean } = {}): Promise<{ visit_id: string; held_until: number; referral: { referral_id: string; code: string } | null }> { throw new Error('not yet') }
export async function correctHomeVisit(_recordId: string, _draft: HomeVisitDraft): Promise<{ visit_id: string }> { throw new Error('not yet') }
export async function withdrawHomeVisit(_recordId: string, _reason: WithdrawReason): Promise<void> { throw new Error('not yet') }
export function homeVisitDraftOf(_recordId: string): HomeVisitDraft | null { throw new Error('not yet') }
