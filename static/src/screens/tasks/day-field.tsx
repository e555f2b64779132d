import { useState } from 'preact/hooks'
import { dayAfter } from '../../rules/days'
import { Button, t, TextField } from '../../ui'
import { today } from './words'

/** Today and tomorrow by one tap, any other day by the calendar; the hour only where one was agreed. */
export function DayField({ day, hour, onDay, onHour, errors, from = 0 }: {
  day: string | null; hour: string | null; onDay: (day: string | null) => void; onHour: (hour: string | null) => void
  errors: { day: string | null; hour: string | null }
  /** The first day that makes sense: 1 for "another day". */
  from?: 0 | 1
}) {
  const near = [from, from + 1].map((days) => dayAfter(today(), days))
  const [other, setOther] = useState(day !== null && !near.includes(day))
  const words = (at: number) => [t('Hoje'), t('Amanhã'), t('Em 2 dias')][at + from]!
  return (
    <fieldset class="choice stack" data-name="day">
      <legend>{t('Que dia?')}</legend>
      <div class="tiles c3 days">
        {near.map((one, at) => (
          <Button key={one} kind={!other && day === one ? 'primary' : 'secondary'} name={`day-${at + from}`}
            onPress={() => { setOther(false); onDay(one) }}>{words(at)}</Button>
        ))}
        <Button kind={other ? 'primary' : 'secondary'} name="day-other" onPress={() => { setOther(true); if (day !== null && near.includes(day)) onDay(null) }}>{t('Escolher')}</Button>
      </div>
      {other && <TextField label={t('Escolha o dia')} type="date" name="due-on" value={day ?? ''} error={errors.day} onInput={(value) => onDay(value || null)} />}
      {!other && errors.day && <p class="error">{errors.day}</p>}
      <TextField label={t('Hora')} hint={t('Só se combinaram uma hora.')} type="time" name="due-time" value={hour ?? ''} error={errors.hour} onInput={(value) => onHour(value || null)} />
    </fieldset>
  )
}
