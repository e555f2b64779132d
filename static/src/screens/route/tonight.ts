/** What the screens of a route read: the night that is on with its stops as they stand, and the points that wait for a visit. */
import { computed } from '@preact/signals'
import { instant } from '../../contract/ids'
import type { Point, RouteNight, RouteStop } from '../../contract/pull'
import { distanceM, type LonLat } from '../../map'
import { dayOf } from '../../rules/days'
import { lastVisit, nextNight, nightsNow, saidHere, standingOf, stopsOf } from '../../rules/route'
import { commandRows } from '../../store/load'
import { clockOffset, me, points, shift } from '../../store/state'
import { cityNow } from '../referral/city-clock'

export interface Tonight { night: RouteNight; stops: (RouteStop & { point: Point | undefined })[] }

// By the server's clock, as the nights are: that of a phone may be hours off.
const inTime = (at: string): string => (clockOffset.value ? instant(Date.parse(at) + clockOffset.value) : at)
const said = computed(() => saidHere(commandRows.value, points.value, distanceM).map((each) => ({ ...each, at: inTime(each.at) })))

export const tonight = computed<Tonight[]>(() => nightsNow(me.value?.routes ?? [], shift.value?.team_id ?? null, cityNow.value).map((night) => ({
  night,
  // A point taken out of use meanwhile asks for no answer any more; one that was given stays.
  stops: stopsOf(night, said.value).map((stop) => ({ ...stop, point: points.value.find(({ id }) => id === stop.point_id) }))
    .filter(({ state, point }) => state !== null || point !== undefined || points.value.length === 0),
})))

export const comingNight = computed(() => nextNight(me.value?.routes ?? [], cityNow.value))

export const lastAt = (point: Point): string | null => lastVisit(point, said.value)

/** Of the team's regions, on no route of now: past their days, or known badly. Nearest first, else who waits longest. */
export function waiting(here: LonLat | null): Point[] {
  const team = me.value?.teams.find(({ id }) => id === shift.value?.team_id) ?? me.value?.teams.find(({ kind }) => kind === 'street')
  const routed = new Set(tonight.value.flatMap(({ stops }) => stops.map(({ point_id }) => point_id)))
  const today = dayOf(cityNow.value)
  const found = points.value.filter((point) => !routed.has(point.id) && (!team?.region_ids.length || point.region_id === null || team.region_ids.includes(point.region_id))
    && standingOf(point, lastAt(point), today, me.value?.settings.point_stale_days) !== 'fresh')
  const away = (point: Point) => (here ? distanceM(here, [point.lon, point.lat]) : 0)
  return found.sort((a, b) => away(a) - away(b) || (lastAt(a) ?? '').localeCompare(lastAt(b) ?? '') || a.name.localeCompare(b.name, 'pt-BR'))
}
