/** Where the phone is, as far as a shift asks: the regions of the team, the one that the last reading lies in, the place of a tap. */
import type { Place } from '../../contract/commands'
import type { Region, Team } from '../../contract/pull'
import { regionAt, type LonLat } from '../../map'
import { position } from '../../platform/position'
import { records, regions, type Shift } from '../../store/state'
import { freshFix, placeBody } from '../place/place'

/** Those of the team; of a team without any, all of the city's. */
export function regionsOf(team: Team | undefined): Region[] {
  const own = regions.value.filter((region) => team?.region_ids.includes(region.id))
  return own.length ? own : regions.value
}

/** Since when there is a break. A record made meanwhile says that it is over: the server reads it so, too. */
export function pausedSince(open: Shift): string | null {
  const since = open.paused_at ?? null
  return since !== null && records.value.some((record) => record.mine && record.occurred_at > since) ? null : since
}

export function hereNow(): LonLat | null {
  const fix = freshFix(position.value, Date.now())
  return fix && [fix.lon, fix.lat]
}

export function regionHere(): Region | null {
  const here = hereNow()
  return here && regionAt(here, regions.value)
}

/** What the phone had read at the tap; a tap never waits for it. */
export const placeNow = (): Place => placeBody({ kind: 'auto' }, position.value, false, Date.now())
