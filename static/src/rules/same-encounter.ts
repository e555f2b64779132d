// Likely one meeting that two phones recorded: same team, minutes apart, same place. Only proposed; a person decides.

export interface Meeting {
  id: string
  team_id: string
  at: number // ms
  region_id: string | null
  place_label: string | null // street or neighbourhood
  point_id: string | null
  mine: boolean
}

export const SAME_MINUTES = 15

/** Of the others those that may be this meeting, the nearest in time first. */
export function likelySame(own: Meeting, others: readonly Meeting[]): Meeting[] {
  return others
    .filter((other) => other.id !== own.id && other.mine !== own.mine && other.team_id === own.team_id
      && Math.abs(other.at - own.at) <= SAME_MINUTES * 60_000 && samePlace(own, other))
    .sort((a, b) => Math.abs(a.at - own.at) - Math.abs(b.at - own.at))
}

// A region holds many meetings in a quarter of an hour. Nobody knows where: then nothing is proposed, the server may still.
function samePlace(a: Meeting, b: Meeting): boolean {
  if (a.point_id !== null && b.point_id !== null) return a.point_id === b.point_id
  return a.region_id !== null && a.region_id === b.region_id && a.place_label !== null && a.place_label === b.place_label
}

/** The earlier one is kept; of one instant the smaller id, so that two phones decide alike. */
export function keptOf<T extends { id: string; at: number }>(a: T, b: T): { kept: T; joined: T } {
  const first = a.at === b.at ? a.id < b.id : a.at < b.at
  return first ? { kept: a, joined: b } : { kept: b, joined: a }
}
