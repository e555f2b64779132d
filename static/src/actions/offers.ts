// What was offered in an encounter and what was answered. A lack of supply is never a refusal.
import type { OfferBody } from '../contract/commands'
import { newId } from '../contract/ids'
import type { Need, OfferAnswer } from '../contract/terms'
import { plan, save } from '../store/outbox'
import { behind } from './behind'

export interface Offer { participation_id: string | null; kind: Need; answer: OfferAnswer; reason: string | null }

export async function recordOffers(encounter_id: string, offers: readonly Offer[]): Promise<void> {
  const now = Date.now()
  const body: OfferBody = { encounter_id, offers: offers.map((offer) => ({ offer_id: newId(now), ...offer })) }
  await save({ commands: [plan({ name: 'encounters.offer', body, record_id: encounter_id, after: behind({ encounter_id }), now })] })
}
