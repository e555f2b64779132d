// The signed slip of a referral: what its QR says. Made on the phone, with or without signal, only while the phone is open.
import { slipBytes, slipEnd, slipText } from '../rules/slip'
import { readMeta } from '../store/meta'
import { requireHandle } from '../store/open'
import { workerRow } from '../store/device'
import { signSlip, tellSlipKey } from '../store/slip-key'
import { session, type LocalReferral } from '../store/state'

/** text: what the QR holds; expires_at: ISO. */
export interface MadeSlip { text: string; expires_at: string }

type Slipped = Pick<LocalReferral, 'id' | 'code' | 'unit_id'> & { held_until?: string | null; arrive_by?: string | null; appointment_at?: string | null }

/** Raises when this browser cannot sign (an address without HTTPS): the code alone serves then. */
export async function makeSlip(referral: Slipped): Promise<MadeSlip> {
  const handle = requireHandle()
  const now = Date.now() + ((await readMeta(handle, 'clock_offset_ms')) ?? 0) // a phone's clock may be a day off
  const { municipality, deviceId } = session.value!
  const expires = slipEnd(now, { held_until: referral.held_until ?? null, arrive_by: referral.arrive_by ?? null, appointment_at: referral.appointment_at ?? null })
  const bytes = slipBytes({
    city: municipality.id, device_id: deviceId, unit_id: referral.unit_id, referral_id: referral.id, code: referral.code, issued_at: now, expires_at: expires,
  })
  const signature = await signSlip(deviceId, bytes)
  // Not heard of by the server yet: the push that brings the referral brings the key, or no desk could check this slip.
  if ((await workerRow(handle.key))?.slip === undefined) await tellSlipKey(handle.key)
  return { text: slipText(location.origin, bytes, signature), expires_at: new Date(expires).toISOString() }
}
