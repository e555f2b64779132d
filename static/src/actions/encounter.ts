import type { EncounterDraft } from '../rules/encounter'
import type { ReferralDraft } from '../rules/referral'
import type { CalledKind, EncounterOutcome, Need, WithdrawReason } from '../contract/terms'
export interface CompletionDraft {
  note?: string | null
  needs?: Need[]
  outcome?: EncounterOutcome | null
  names?: { participation_id: string; called: string; called_kind: CalledKind; person_id?: string }[]
}
// With a referral both are saved in one transaction. followFix: a better GPS fix of the next 20 s amends the place (default: when the place came from the GPS, or none was found yet).
export async function recordEncounter(_draft: EncounterDraft, _options: { referral?: ReferralDraft; followFix?: boolean } = {}): Promise<{ encounter_id: string; participation_ids: string[]; held_until: number; referral: { referral_id: string; code: string } | null }> { throw new Error('not yet') }
export async function completeEncounter(_encounterId: string, _addition: CompletionDraft): Promise<void> { throw new Error('not yet') }
export async function correctEncounter(_recordId: string, _draft: EncounterDraft, _reasonText: string | null): Promise<{ encounter_id: string }> { throw new Error('not yet') }
export async function withdrawEncounter(_recordId: string, _reason: WithdrawReason): Promise<void> { throw new Error('not yet') }
export function encounterDraftOf(_recordId: string): EncounterDraft | null { throw new Error('not yet') }
