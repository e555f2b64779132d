import { useState } from 'preact/hooks'
import { me, shift } from '../../store/state'
import { Button, Sheet, clockTime, t } from '../../ui'
import { EndForm } from '../shift/end'

export function EndShift() {
  const [asking, setAsking] = useState(false)
  if (!shift.value) return null
  const team = me.value?.teams.find((one) => one.id === shift.value?.team_id)
  const companions = (team?.members ?? []).filter((member) => shift.value?.companion_ids.includes(member.id))
  return (
    <>
      <p>{t('Turno aberto às {time}', { time: clockTime(shift.value.started_at, me.value?.municipality.timezone) })}</p>
      {companions.length > 0 && <p class="hint">{t('Com você: {names}', { names: companions.map((one) => one.name).join(', ') })}</p>}
      <Button icon="clock" onPress={() => setAsking(true)} name="end-shift">{t('Encerrar o turno')}</Button>
      <Sheet open={asking} title={t('Encerrar o turno?')} onClose={() => setAsking(false)} name="end-shift-sheet">
        <EndForm onDone={() => setAsking(false)} onStay={() => setAsking(false)} />
      </Sheet>
    </>
  )
}
