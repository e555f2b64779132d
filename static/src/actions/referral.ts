import type { ReferralDraft } from '../rules/referral'
export async function sendReferral(_draft: ReferralDraft): Promise<{ referral_id: string; code: string }> { throw new Error('not yet') }
export async function revokeReferral(_referralId: string, _reasonText: string | null): Promise<void> { throw new Error('not yet') }
