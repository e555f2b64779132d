import { AGE_BANDS, type AgeBand } from '../../contract/terms'

/** Age bands of a group. The bands are the monthly report's; who is in none of them is "não observado". */

export const BANDS = Object.keys(AGE_BANDS) as AgeBand[]
export const PEOPLE_MAX = 300

export interface Group {
  count: number
  bands: Record<AgeBand, number>
  /** Bands in the order they were last changed, newest last: a smaller group takes back the last guess first. */
  touched: AgeBand[]
}

export const NO_BANDS: Record<AgeBand, number> = { age_0_12: 0, age_13_17: 0, age_18_59: 0, age_60_plus: 0 }

export function onePerson(): Group {
  return { count: 1, bands: { ...NO_BANDS }, touched: [] }
}

export function observed(group: Group): number {
  return BANDS.reduce((sum, band) => sum + group.bands[band], 0)
}

/** The rest that falls by itself into "não observado". */
export function unobserved(group: Group): number {
  return group.count - observed(group)
}

const whole = (n: number, max: number) => Math.max(0, Math.min(max, Number.isFinite(n) ? Math.trunc(n) : 0))

export function setCount(group: Group, to: number): Group {
  const count = whole(to, PEOPLE_MAX)
  const bands = { ...group.bands }
  let excess = observed(group) - count
  const order = [...group.touched].reverse()
  for (const band of [...order, ...BANDS.filter((band) => !order.includes(band))]) {
    if (excess <= 0) break
    const taken = Math.min(excess, bands[band])
    bands[band] -= taken
    excess -= taken
  }
  return { count, bands, touched: group.touched.filter((band) => bands[band] > 0) }
}

/** More in the bands than people counted means that there were more people: the count follows. */
export function setBand(group: Group, band: AgeBand, to: number): Group {
  const others = observed(group) - group.bands[band]
  const value = whole(to, PEOPLE_MAX - others)
  const touched = [...group.touched.filter((other) => other !== band), ...(value > 0 ? [band] : [])]
  return { count: Math.max(group.count, others + value), bands: { ...group.bands, [band]: value }, touched }
}

/** One band (or none) for each person of the group. */
export function bandOfEach(group: Group): (AgeBand | null)[] {
  const bands: (AgeBand | null)[] = BANDS.flatMap((band) => Array<AgeBand>(group.bands[band]).fill(band))
  return [...bands, ...Array<null>(unobserved(group)).fill(null)]
}
