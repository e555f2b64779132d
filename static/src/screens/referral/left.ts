// How many of those who were met are not on their way anywhere yet.
import { referrals, type LocalEncounter } from '../../store/state'
import { peopleCountOf } from '../frame/record-words'

const OFF: readonly string[] = ['revoked', 'redirected']

export function leftOf(record: LocalEncounter): number {
  const going = referrals.value.filter((one) => one.encounter_id === record.id && one.state !== 'withdrawn' && !OFF.includes(one.status))
  return peopleCountOf(record) - going.reduce((sum, one) => sum + one.people_count, 0)
}
