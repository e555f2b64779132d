import { useState } from 'preact/hooks'
import { endShift } from '../../actions'
import { me, shift } from '../../store/state'
import { Button, Sheet, clockTime, go, sayNow, showToast, t } from '../../ui'

export function EndShift() {
  const [asking, setAsking] = useState(false)
  if (!shift.value) return null
  const team = me.value?.teams.find((one) => one.id === shift.value?.team_id)
  const companions = (team?.members ?? []).filter((member) => shift.value?.companion_ids.includes(member.id))
  const end = async () => {
    setAsking(false)
    try {
      await endShift()
      showToast({ text: t('Turno encerrado'), icon: 'clock' })
      go('/hoje')
    } catch {
      sayNow(t('Não foi guardado'))
      showToast({ text: t('Não foi guardado. Tente de novo.'), icon: 'needs' })
    }
  }
  return (
    <>
      <p>{t('Turno aberto às {time}', { time: clockTime(shift.value.started_at, me.value?.municipality.timezone) })}</p>
      {companions.length > 0 && <p class="hint">{t('Com você: {names}', { names: companions.map((one) => one.name).join(', ') })}</p>}
      <Button icon="clock" onPress={() => setAsking(true)} name="end-shift">{t('Encerrar o turno')}</Button>
      <Sheet open={asking} title={t('Encerrar o turno?')} onClose={() => setAsking(false)} name="end-shift-sheet"
        actions={(
          <>
            <Button kind="primary" icon="check" onPress={() => void end()} name="end-shift-yes">{t('Encerrar')}</Button>
            <Button onPress={() => setAsking(false)}>{t('Continuar no turno')}</Button>
          </>
        )}>
        <p>{t('O que falta enviar continua na fila e sai sozinho.')}</p>
      </Sheet>
    </>
  )
}
