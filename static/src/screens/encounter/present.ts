// Who was there as an offer, a step or a family may name her: who is only perhaps somebody is nobody here.
import type { AgeBand } from '../../contract/terms'
import { presentOf as thereOf } from '../../store/people'
import type { LocalEncounter } from '../../store/state'

export interface Present { participation_id: string; age_band: AgeBand | null; person_id: string | null; called: string | null }

export const presentOf = (record: LocalEncounter): Present[] => thereOf(record).map(({ participation_id, age_band, person_id, certainty, called }) => (
  certainty === 'sure' ? { participation_id, age_band, person_id, called } : { participation_id, age_band, person_id: null, called: null }
))
