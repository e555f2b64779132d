import { sayNow, showToast, t } from '../../ui'

/** Does it, says that it is kept, goes on; or says that it was not, and stays. */
export async function tell(act: () => Promise<unknown>, done: string, then: () => void): Promise<void> {
  try {
    await act()
  } catch {
    sayNow(t('Não foi guardado'))
    showToast({ text: t('Não foi guardado. Tente de novo.'), icon: 'needs' })
    return
  }
  then()
  showToast({ text: done, icon: 'clock' })
}
