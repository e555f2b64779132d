// What the team says of a referral on its way: that it left, what a unit without a desk answered, several stops in one trip.
import type { TellAnswerBody, TripBody } from '../contract/commands'
import { newId } from '../contract/ids'
import type { Travel } from '../contract/terms'
import { checkTold, checkTrip } from '../rules/referral-moves'
import { DraftRefused, type FieldProblems } from '../rules/problems'
import { plan, save } from '../store/outbox'
import { behindReferrals } from './behind-referrals'

const refuse = (problems: FieldProblems): void => {
  if (Object.keys(problems).length) throw new DraftRefused(problems)
}

export async function setOut(referral_id: string, travel: Travel | null): Promise<void> {
  await save({ commands: [plan({ name: 'referrals.set_out', body: { referral_id, travel }, record_id: referral_id, after: behindReferrals([referral_id]), now: Date.now() })] })
}

export async function tellAnswer(told: TellAnswerBody): Promise<void> {
  refuse(checkTold(told))
  const body: TellAnswerBody = { ...told, text: told.text?.trim() || null, who: told.who?.trim() || null }
  await save({ commands: [plan({ name: 'referrals.tell_answer', body, record_id: told.referral_id, after: behindReferrals([told.referral_id]), now: Date.now() })], clearDrafts: ['told'] })
}

/** `referral_ids` in the order of the stops. */
export async function planTrip(wish: Omit<TripBody, 'trip_id'>): Promise<{ trip_id: string }> {
  refuse(checkTrip(wish))
  const now = Date.now()
  const body: TripBody = { ...wish, trip_id: newId(now), note: wish.note?.trim() || null }
  await save({
    commands: [plan({ name: 'referrals.plan_trip', body, record_id: null, after: behindReferrals(body.referral_ids), now })], clearDrafts: ['trip'],
  })
  return { trip_id: body.trip_id }
}
