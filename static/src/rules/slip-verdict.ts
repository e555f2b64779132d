// What a desk may believe of a slip, without asking anybody: pure, from what it fetched while it had network.
import type { ReadSlip, Slip } from './slip'

/** GET /api/v1/referrals/slip-keys: keys of devices and open codes of the actor's units. Nobody's name. */
export interface SlipPack {
  city: number
  worker_id: string // whose: never shown to another
  units: { id: string; name: string; is_own: boolean }[]
  keys: { device_id: string; key: string; revoked_at: string | null }[]
  open: SlipStanding[]
  server_time: string
}
export interface SlipStanding {
  code: string; referral_id: string; unit_id: string; status: string; people_count: number
  received_at: string; at: string // since when it stands so
}

export type Verdict =
  | 'valid' | 'altered' | 'expired' | 'other_unit' | 'other_city' | 'unknown_device' | 'revoked_device' | 'other_version' | 'not_a_slip'

/**
 * hers: how its referral stood at the desk's last contact (null: it was not among them). is_new: made after that contact, or
 * so shortly before it that it may not have reached the server then. is_odd: made by a clock that runs ahead.
 */
export interface Judged { verdict: Verdict; slip: Slip | null; unit: string | null; hers: SlipStanding | null; isNew: boolean; isOdd: boolean }

export type Verify = (key: string, signed: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => Promise<boolean>

// A phone's clock may be off without anybody's fault; its slips are told so, never refused for it.
const SLACK_MS = 15 * 60_000

/** `now` by the server's clock. Never throws: whatever cannot be verified is not valid. */
export async function judgeSlip(read: ReadSlip, pack: SlipPack, now: number, verify: Verify): Promise<Judged> {
  if (read.kind !== 'slip') {
    return { verdict: read.kind === 'other_version' ? 'other_version' : 'not_a_slip', slip: null, unit: null, hers: null, isNew: false, isOdd: false }
  }
  const { slip } = read
  const unit = pack.units.find((one) => one.id === slip.unit_id)
  const hers = pack.open.find((one) => one.referral_id === slip.referral_id) ?? null
  const told = { slip, unit: unit?.name ?? null, hers, isNew: slip.issued_at > Date.parse(pack.server_time) - SLACK_MS, isOdd: slip.issued_at > now + SLACK_MS }
  if (slip.city !== pack.city) return { verdict: 'other_city', ...told }
  const keys = pack.keys.filter((one) => one.device_id === slip.device_id)
  if (keys.length === 0) return { verdict: 'unknown_device', ...told }
  let key: SlipPack['keys'][number] | undefined
  for (const one of keys) {
    if (await verify(one.key, read.signed, read.signature).catch(() => false)) key = one
  }
  // The code must be the one of the referral, too: one signature, one person expected.
  if (!key || (hers !== null && (hers.code !== slip.code || hers.unit_id !== slip.unit_id))) return { verdict: 'altered', ...told }
  if (key.revoked_at !== null && slip.issued_at >= Date.parse(key.revoked_at)) return { verdict: 'revoked_device', ...told }
  if (!unit?.is_own) return { verdict: 'other_unit', ...told }
  return { verdict: now > slip.expires_at ? 'expired' : 'valid', ...told }
}

/** Those of the desk's own units that bear this code: one, or both when two drew the same. */
export const withCode = (pack: SlipPack, code: string): SlipStanding[] => pack.open.filter((one) => one.code === code)

const DAY_MS = 86_400_000

/** Whose and how old: what another worker fetched, or a day old, is nobody's to look at. */
export const isUsable = (pack: SlipPack, workerId: string | null, now: number): boolean =>
  (workerId === null || pack.worker_id === workerId) && Math.abs(now - Date.parse(pack.server_time)) < DAY_MS
