// A request that this team was sent to: on the way, there, closed. Each with its own instant; nothing here waits for the network.
import type { PulledRequest, RequestOutcome } from '../contract/requests'
import type { Need } from '../contract/terms'
import { HOLD_MS, isHeld } from '../store/held'
import { plan, save, unsave } from '../store/outbox'
import type { NewCommand } from '../store/rows'

type One = Pick<PulledRequest, 'id'>
export interface Told { undo: () => Promise<boolean> }

async function tell(command: NewCommand): Promise<Told> {
  await save({ commands: [command] })
  return { undo: () => unsave([command.id], (row) => isHeld(row, Date.now())) }
}

export const setOutTo = ({ id }: One): Promise<Told> =>
  tell(plan({ name: 'outreach_requests.set_out', record_id: id, hold_ms: HOLD_MS, now: Date.now(), body: { request_id: id } }))

export const arriveAt = ({ id }: One): Promise<Told> =>
  tell(plan({ name: 'outreach_requests.arrive', record_id: id, hold_ms: HOLD_MS, now: Date.now(), body: { request_id: id } }))

/** Offers are told where somebody was there; a request that nobody answered has none. */
export const closeRequest = ({ id }: One, outcome: RequestOutcome, offers: readonly Need[]): Promise<Told> =>
  tell(plan({
    name: 'outreach_requests.close', record_id: id, hold_ms: HOLD_MS, now: Date.now(),
    body: { request_id: id, outcome, offers: outcome === 'found' || outcome === 'refused' ? [...new Set(offers)].sort() : [] },
  }))
