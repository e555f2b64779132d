/** A referral while it is being written. Its fields are the action's own; what nobody said stays out of it. */
import type { Receives, ReferralPurpose, ReferralReason, Travel } from '../../contract/network'
import type { Unit } from '../../contract/pull'
import type { LocalReferral } from '../../store/state'
import { purposeAt, type Profile } from './units'

export interface ReferralWish {
  unit_id: string
  called: string
  people_count: number
  with_children: boolean
  with_animals: boolean
  note: string
  // A draft of before has none of these.
  purpose?: ReferralPurpose
  profile?: Receives[]
  with_cart?: boolean
  belongings?: string
  travel?: Travel | null
  vehicle_asked?: boolean
  is_urgent?: boolean
  reasons?: ReferralReason[]
  referral_id?: string // its own from the first tap on, so that no form is sent twice
  people_at?: number[] // which of the group go, by their place in it; empty: not told
}

/** What she says that she brings, as the door asks it; children that were seen among those met are no claim of hers, but a fact. */
export const brings = (said: readonly Receives[], seen: readonly Receives[]) => ({
  with_children: said.includes('children') || seen.includes('children'), with_animals: said.includes('animals'), with_cart: said.includes('carts'),
})

/** The unit was chosen: what was written for another one stays. */
export const wishFor = (unit: Unit, profile: Profile, before: ReferralWish | null): ReferralWish => ({
  called: '', note: '', people_count: profile.people, ...before,
  unit_id: unit.id, purpose: purposeAt(unit, profile.purpose), profile: [...profile.said], ...brings(profile.said, profile.seen),
})

/** What was asked of one unit, to be asked of another. */
export function wishOf(before: LocalReferral): ReferralWish {
  const { asked, body } = before
  return {
    unit_id: before.unit_id, called: before.called ?? '', people_count: before.people_count, note: body?.note ?? '', purpose: before.purpose,
    belongings: body?.belongings ?? '', travel: before.travel, vehicle_asked: before.vehicle_asked, ...asked,
  }
}
