import { commandRows } from '../store/load'

/**
 * What sends these referrals, and all that was said of them since: in this order a server that was restored hears it again, too.
 * What was refused of it holds nothing back: somebody waits at a door.
 */
export const behindReferrals = (ids: readonly (string | null | undefined)[]): string[] => commandRows.value
  .filter((row) => row.state !== 'withdrawn' && row.name.startsWith('referrals.') && (row.state !== 'needs_you' || row.name === 'referrals.send')
    && ids.some((id) => id && (row.record_id === id || (row.name === 'referrals.plan_trip' && JSON.stringify(row.body).includes(id)))))
  .map((row) => row.id)
