// In which region the worker is, as far as the phone knows; nothing waits for it.
import { regionAt } from '../../map/geometry'
import { position } from '../../platform/position'
import { records, regions, type LocalEncounter } from '../../store/state'
import { freshFix } from '../place/place'

export function regionHere(): string | null {
  const fix = freshFix(position.value, Date.now())
  if (fix) return regionAt([fix.lon, fix.lat], regions.value)?.id ?? null
  const last = records.value.find((record): record is LocalEncounter => record.type === 'encounter' && record.mine && regionOf(record) !== null)
  return last ? regionOf(last) : null
}

export function regionOf(record: LocalEncounter): string | null {
  if (record.remote?.region_id) return record.remote.region_id
  const place = record.body?.place
  return place && place.lon !== null && place.lat !== null ? regionAt([place.lon, place.lat], regions.value)?.id ?? null : null
}
