// What a person can do in the field app. Screens import from here.
export { chooseLanguage } from './language'
export { boot, signIn, signOut, unsentBeforeSignOut, type SignInResult } from './session'
export { endShift, startShift } from './shift'
export { recordEncounter } from './encounter'
export { completeEncounter, correctEncounter, withdrawEncounter, encounterDraftOf, type CompletionDraft } from './encounter-changes'
export { recordHomeVisit, correctHomeVisit, withdrawHomeVisit, homeVisitDraftOf } from './home-visit'
export { sendReferral, revokeReferral } from './referral'
export { amendPlace, undo } from './hold'
export { giveUp, tryAgain } from './outbox'
export const exportOutbox = async (): Promise<Blob> => (await import('./export')).exportOutbox()
export { dismissClockSkew, dismissVanished, refreshStorage, requestPersist } from './device'
export { DraftRefused } from '../rules/problems'
export { SaveFailed } from '../store/types'
