// What somebody must know of her own shift: the server closed it, or it was left open.
import { useState } from 'preact/hooks'
import type { PulledShift } from '../../contract/pull'
import { leaveClosed } from '../../actions/shift'
import { me, type Shift } from '../../store/state'
import { Button, Notice, Sheet, clockTime, dayAndTime, lasting, now, t } from '../../ui'
import { EndForm, HourForm } from './end'
import { tell } from './tell'

export function ClosedNotice({ open, closed }: { open: Shift; closed: PulledShift }) {
  const [asking, setAsking] = useState(false)
  const time = clockTime(closed.ended_at!, me.value?.municipality.timezone)
  const leave = (words: string) => void tell(leaveClosed, words, () => undefined)
  if (closed.end_kind === 'next_shift') {
    return (
      <Notice tone="warn" icon="clock" name="shift-closed" title={t('Este turno fechou às {time}', { time })}
        actions={<Button icon="check" name="shift-closed-ok" onPress={() => leave(t('Turno fechado'))}>{t('Entendi')}</Button>}>
        {t('Você abriu outro turno depois, em outro celular.')}
      </Notice>
    )
  }
  if (closed.end_kind === 'worker') {
    return (
      <Notice icon="clock" name="shift-closed" title={t('Este turno foi encerrado às {time}', { time })}
        actions={<Button icon="check" name="shift-closed-ok" onPress={() => leave(t('Turno fechado'))}>{t('Entendi')}</Button>} />
    )
  }
  return (
    <>
      <Notice tone="warn" icon="clock" name="shift-closed" title={t('Fechado pelo sistema às {time}', { time })}
        actions={(
          <>
            <Button kind="primary" icon="edit" name="shift-right-hour" onPress={() => setAsking(true)}>{t('Dizer a hora certa')}</Button>
            <Button icon="check" name="shift-closed-ok" onPress={() => leave(t('Turno fechado'))}>{t('Foi essa hora')}</Button>
          </>
        )}>
        {t('O turno de {start} ficou sem fim anotado. Você pode dizer a hora certa.', { start: dayAndTime(open.started_at, me.value?.municipality.timezone) })}
      </Notice>
      <Sheet open={asking} title={t('A hora certa')} onClose={() => setAsking(false)} name="right-hour-sheet">
        <HourForm onDone={() => setAsking(false)} onStay={() => setAsking(false)} />
      </Sheet>
    </>
  )
}

export function ForgottenNotice({ open }: { open: Shift }) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Notice tone="warn" icon="clock" name="shift-forgotten" title={t('Turno aberto há {time}', { time: lasting(open.started_at, now.value) })}
        actions={<Button icon="clock" name="shift-forgotten-end" onPress={() => setAsking(true)}>{t('Encerrar o turno')}</Button>}>
        {t('Se já terminou, diga a que horas.')}
      </Notice>
      <Sheet open={asking} title={t('Encerrar o turno?')} onClose={() => setAsking(false)} name="forgotten-sheet">
        <EndForm onDone={() => setAsking(false)} onStay={() => setAsking(false)} />
      </Sheet>
    </>
  )
}
