// The few checks a phone can make before it sends a person to a unit.
import { mark } from '../contract/words'
import type { ReferralBody } from '../contract/commands'
import { MAX_CALLED } from './home-visit'
import type { FieldProblems } from './problems'

export interface ReferralDraft {
  referral_id?: string // of the form that it is written on: sent again, it is the same referral
  unit_id: string | null
  encounter_id?: string | null // one of the two, unless it is saved together with its encounter or visit
  visit_id?: string | null
  called: string | null // a name for the door, never required
  people_count: number
  with_children: boolean
  with_animals: boolean
  person_accepted: boolean
  note: string | null
  // Said or chosen; what was not said is not claimed.
  purpose?: ReferralBody['purpose']
  reasons?: ReferralBody['reasons']
  is_urgent?: boolean
  profile?: ReferralBody['profile'] // as the person says of herself, and what she brings
  with_cart?: boolean
  belongings?: string | null
  travel?: ReferralBody['travel']
  vehicle_asked?: boolean
  people?: ReferralBody['people']
  people_at?: readonly number[] // the same, of an encounter that is saved together with it: their places among those met
  redirects_id?: string | null
  slip?: boolean
}

export const MAX_BELONGINGS = 200

export function checkReferral(draft: ReferralDraft): FieldProblems {
  const found: FieldProblems = {}
  if (!draft.unit_id) found['unit_id'] = mark('Escolha o lugar.')
  if (!draft.person_accepted) found['person_accepted'] = mark('Só se encaminha quem aceitou ir.')
  if (!Number.isInteger(draft.people_count) || draft.people_count < 1 || draft.people_count > 300) found['people_count'] = mark('O número de pessoas vai de 1 a 300.')
  if ((draft.called?.length ?? 0) > MAX_CALLED) found['called'] = mark('O nome passa de 80 letras.')
  if ((draft.note?.length ?? 0) > 500) found['note'] = mark('O recado passa de 500 letras.')
  if ((draft.belongings?.length ?? 0) > MAX_BELONGINGS) found['belongings'] = mark('Os pertences passam de 200 letras.')
  if ((draft.people ?? draft.people_at ?? []).length > draft.people_count) found['people'] = mark('Há mais pessoas escolhidas do que o número de quem vai.')
  return found
}
