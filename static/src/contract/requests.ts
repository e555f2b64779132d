// Requests (solicitações): the same identifiers as the server's app/outreach_requests/terms.py. In a file of their own, loaded
// with the screens that show them.
import { mark } from './words'

export const REQUEST_PURPOSES = {
  self: mark('A própria pessoa pediu'),
  other: mark('Para uma pessoa'),
  group: mark('Para um grupo de pessoas'),
  child: mark('Há criança ou adolescente'),
  removal: mark('Incômodo com a presença ou com pertences'),
} as const
export type RequestPurpose = keyof typeof REQUEST_PURPOSES

export const REQUEST_OUTCOMES = {
  found: mark('Encontrei a pessoa'),
  nobody_there: mark('Ninguém no local'),
  refused: mark('A pessoa não quis'),
  other_service: mark('Ficou com outro serviço'),
} as const
export type RequestOutcome = keyof typeof REQUEST_OUTCOMES

export type RequestStatus = 'dispatched' | 'on_the_way' | 'there' | 'closed'

// While it is with a team of this worker's, and no longer. description and place_text: null where nothing was written, or where
// the key does not open at the server (words_shut). suggests_flag: the words speak of a child or of violence; an alert is proposed.
export interface PulledRequest {
  id: string; code: string; channel: string; purpose: RequestPurpose; status: RequestStatus; is_urgent: boolean
  people_count: number | null; with_children: boolean
  received_at: string; dispatched_at: string; set_out_at: string | null; arrived_at: string | null
  team_id: string; region_id: string | null; neighbourhood: string | null; street: string | null
  lon: number | null; lat: number | null; point_id: string | null
  description: string | null; place_text: string | null; words_shut: boolean; suggests_flag: boolean
}
