import { useEffect, useState } from 'preact/hooks'
import { makeSlip } from '../../actions/slip'
import type { LocalReferral } from '../../store/state'
import { t } from '../../ui'
import { Qr } from '../../ui/qr'

/** The text of the QR, made on this phone; null until it is, and where the browser cannot sign: the code alone serves then. */
export function useSlip(referral: LocalReferral): string | null {
  const [text, setText] = useState<string | null>(null)
  const { id, code, unit_id, held_until, arrive_by, appointment_at } = referral
  useEffect(() => {
    let here = true
    makeSlip({ id, code, unit_id, held_until, arrive_by, appointment_at }).then((made) => { if (here) setText(made.text) }, () => undefined)
    return () => { here = false }
  }, [id, code, held_until, arrive_by, appointment_at])
  return text
}

export function SlipCode({ referral }: { referral: LocalReferral }) {
  const text = useSlip(referral)
  return text === null ? null : <Qr text={text} label={t('Código QR para a porta conferir')} />
}
