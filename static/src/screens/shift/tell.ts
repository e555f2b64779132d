import { sayNow, showToast, t } from '../../ui'

let under = false

/** Does it, says that it is kept, goes on; or says that it was not, and stays. */
export async function tell(act: () => Promise<unknown>, done: string, then: () => void): Promise<void> {
  // A second tap, before the sheet has gone, is the same one.
  if (under) return
  under = true
  try {
    await act()
  } catch {
    sayNow(t('Não foi guardado'))
    showToast({ text: t('Não foi guardado. Tente de novo.'), icon: 'needs' })
    return
  } finally {
    under = false
  }
  then()
  showToast({ text: done, icon: 'clock' })
}
