import { useState } from 'preact/hooks'
import { endShift } from '../../actions/shift'
import { endOfClock } from '../../rules/shift'
import { shift } from '../../store/state'
import { Button, TextField, clockTime, go, t } from '../../ui'
import { placeNow } from './here'
import { tell } from './tell'

/** Inside a sheet: ends it now, or at an hour before. */
export function EndForm({ onDone, onStay }: { onDone: () => void; onStay: () => void }) {
  const [before, setBefore] = useState(false)
  if (before) return <HourForm onDone={onDone} onStay={() => setBefore(false)} />
  return (
    <>
      <p>{t('O que falta enviar continua na fila e sai sozinho.')}</p>
      <div class="sheet-actions">
        <Button kind="primary" icon="check" name="end-shift-yes"
          onPress={() => void tell(() => endShift(placeNow()), t('Turno encerrado'), () => { onDone(); go('/hoje') })}>
          {t('Encerrar')}
        </Button>
        <Button icon="history" name="end-shift-before" onPress={() => setBefore(true)}>{t('Terminou antes')}</Button>
        <Button onPress={onStay} name="end-shift-no">{t('Continuar no turno')}</Button>
      </div>
    </>
  )
}

/** "A hora certa": the hour that she says, of the day on which the shift went on. */
export function HourForm({ onDone, onStay }: { onDone: () => void; onStay: () => void }) {
  const [text, setText] = useState('')
  const open = shift.value
  if (!open) return null
  const at = endOfClock(text, open.started_at, Date.now())
  const error = /^\d{1,2}:\d{2}$/.test(text.trim()) && at === null ? t('Essa hora ainda não chegou.') : null
  return (
    <form class="stack" onSubmit={(event) => {
      event.preventDefault()
      if (at) void tell(() => endShift(null, at), t('Turno encerrado às {time}', { time: clockTime(at) }), () => { onDone(); go('/hoje') })
    }}>
      <TextField label={t('A que horas terminou?')} type="time" value={text} onInput={setText} name="end-clock" error={error}
        hint={t('O turno começou às {time}', { time: clockTime(open.started_at) })} />
      <div class="inline even">
        <Button name="end-clock-back" onPress={onStay}>{t('Voltar')}</Button>
        <Button kind="primary" icon="check" main submit name="end-clock-use" disabled={at === null}>{t('Usar')}</Button>
      </div>
    </form>
  )
}
