// Inside of "Foi antes", which the common encounter never opens: a file of its own.
import { useEffect, useState } from 'preact/hooks'
import { age, Button, clockTime, Sheet, t, TextField, Tiles } from '../../ui'
import { instantOfClock, isYesterday, minutesAgo } from '../place/when'

type Way = 'now' | 'm15' | 'h1' | 'clock'

export interface WhenWaysProps { open: boolean; lateAt: string | null; recorded: string | undefined; onChange: (at: string | null) => void; onClose: () => void }

export function WhenWays({ open, lateAt, recorded, onChange, onClose }: WhenWaysProps) {
  const [way, setWay] = useState<Way | null>(null)
  const [clock, setClock] = useState('')
  useEffect(() => { if (open) setWay(null) }, [open])
  const now = Date.now()
  const at = way === 'clock' ? instantOfClock(clock, now) : null

  const choose = (next: Way | null) => {
    setWay(next)
    if (next === null || next === 'clock') return
    onChange(next === 'now' ? null : minutesAgo(next === 'm15' ? 15 : 60, now))
    onClose()
  }
  return (
    <Sheet open={open} title={t('Quando foi?')} name="when-sheet" onClose={onClose}
      actions={way === 'clock'
        ? (
          <Button kind="primary" icon="check" main name="when-use" disabled={at === null}
            onPress={() => { if (at) { onChange(at); onClose(); } }}>
            {at === null ? t('Usar esta hora')
              : isYesterday(at, now) ? t('Foi ontem, às {time}', { time: clockTime(at) }) : t('Foi hoje, às {time}', { time: clockTime(at) })}
          </Button>
        )
        : <Button icon="back" name="when-back" onPress={onClose}>{t('Voltar')}</Button>}>
      {lateAt && <p class="hint">{t('Marcado: {time}, {age}', { time: clockTime(lateAt), age: age(lateAt, now) })}</p>}
      <Tiles legend={t('Quando foi?')} hideLegend name="when-ways" value={way} onChange={choose}
        options={[
          { value: 'now', label: recorded ? t('A mesma hora') : t('Agora'), icon: 'clock' },
          { value: 'm15', label: t('Há 15 min'), icon: 'history' },
          { value: 'h1', label: t('Há 1 h'), icon: 'history' },
          { value: 'clock', label: t('Outra hora'), icon: 'edit' },
        ]} />
      {way === 'clock' && <TextField label={t('A que horas?')} type="time" value={clock} onInput={setClock} name="when-clock" />}
    </Sheet>
  )
}
