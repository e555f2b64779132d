import { useState } from 'preact/hooks'
import type { LockedWorker } from '../../store/types'
import { Button, t } from '../../ui'

/** Fingerprint or face, where this worker added it on this phone; needs no signal. */
export function PasskeyButton({ worker, onTrouble }: { worker: LockedWorker; onTrouble: (words: string) => void }) {
  const [busy, setBusy] = useState(false)
  if (!worker.passkeys.length) return null
  const open = async () => {
    setBusy(true)
    const opened = await import('../../actions/passkey').then((file) => file.unlockWithPasskey(worker)).catch(() => false)
    setBusy(false)
    if (!opened) onTrouble(t('Não abriu com a digital ou o rosto. Use o código.'))
  }
  return <Button icon="person" busy={busy} name="unlock-passkey" onPress={() => void open()}>{t('Abrir com a digital ou o rosto')}</Button>
}
