import { useState } from 'preact/hooks'
import { withdrawEncounter, withdrawHomeVisit } from '../../actions'
import { WITHDRAW_REASONS, type WithdrawReason } from '../../contract/terms'
import type { LocalRecord } from '../../store/state'
import { Button, Notice, Sheet, Tiles, back, sayNow, showToast, t } from '../../ui'

const reasons = Object.keys(WITHDRAW_REASONS) as WithdrawReason[]

/** Nothing is erased: the record stays in the history, withdrawn, with its reason. */
export function Withdraw({ record }: { record: LocalRecord }) {
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState<WithdrawReason | null>(null)
  const [failed, setFailed] = useState(false)
  const withdraw = async () => {
    if (!reason) return
    try {
      await (record.type === 'home_visit' ? withdrawHomeVisit : withdrawEncounter)(record.id, reason)
      setOpen(false)
      showToast({ text: t('Registro retirado'), icon: 'withdrawn' })
      back('/hoje')
    } catch {
      setFailed(true)
      sayNow(t('Não foi guardado'))
    }
  }
  return (
    <>
      <Button kind="danger" icon="remove" onPress={() => setOpen(true)} name="withdraw">{t('Retirar')}</Button>
      <Sheet open={open} title={t('Retirar este registro?')} onClose={() => setOpen(false)} name="withdraw-sheet"
        actions={(
          <>
            <Button kind="danger" icon="remove" disabled={!reason} onPress={() => void withdraw()} name="withdraw-yes">{t('Retirar')}</Button>
            <Button onPress={() => setOpen(false)}>{t('Deixar como está')}</Button>
          </>
        )}>
        {failed && <Notice tone="bad" title={t('Não foi guardado')}>{t('Tente de novo.')}</Notice>}
        <Tiles legend={t('Por quê?')} name="withdraw-reason" value={reason} onChange={setReason}
          options={reasons.map((value) => ({ value, label: t(WITHDRAW_REASONS[value]) }))} />
        <p class="hint">{t('Ele deixa de contar, mas continua no histórico com o motivo.')}</p>
      </Sheet>
    </>
  )
}
