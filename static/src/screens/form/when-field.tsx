import { useState } from 'preact/hooks'
import { age, Button, clockTime, Icon, Sheet, t, TextField, Tiles } from '../../ui'
import { instantOfClock, isYesterday, minutesAgo } from '../place/when'

type Way = 'now' | 'm15' | 'h1' | 'clock'

/** "Foi antes". The instant is taken when it is chosen: time that passes over the form doesn't move it. */
export function WhenField({ lateAt, recorded, onChange, error }: {
  lateAt: string | null
  /** The time a record under correction already has: leaving the question alone keeps it. */
  recorded?: string | undefined
  onChange: (at: string | null) => void
  error?: string | null | undefined
}) {
  const [open, setOpen] = useState(false)
  const [way, setWay] = useState<Way | null>(null)
  const [clock, setClock] = useState('')
  const now = Date.now()
  const shown = lateAt ?? recorded ?? null
  const at = way === 'clock' ? instantOfClock(clock, now) : null

  const choose = (next: Way | null) => {
    setWay(next)
    if (next === null || next === 'clock') return
    onChange(next === 'now' ? null : minutesAgo(next === 'm15' ? 15 : 60, now))
    setOpen(false)
  }
  return (
    <>
      <button type="button" class={`mini${lateAt ? ' set' : ''}`} data-name="when" onClick={() => { setWay(null); setOpen(true); }}>
        <Icon name={lateAt ? 'history' : 'clock'} />
        <span>{shown === null ? t('Foi antes') : lateAt ? t('Foi às {time}', { time: clockTime(shown) }) : clockTime(shown)}</span>
      </button>
      {error && <p class="error"><Icon name="needs" small /> {error}</p>}
      <Sheet open={open} title={t('Quando foi?')} name="when-sheet" onClose={() => setOpen(false)}
        actions={way === 'clock'
          ? (
            <Button kind="primary" icon="check" main name="when-use" disabled={at === null}
              onPress={() => { if (at) { onChange(at); setOpen(false); } }}>
              {at === null ? t('Usar esta hora')
                : isYesterday(at, now) ? t('Foi ontem, às {time}', { time: clockTime(at) }) : t('Foi hoje, às {time}', { time: clockTime(at) })}
            </Button>
          )
          : <Button icon="back" name="when-back" onPress={() => setOpen(false)}>{t('Voltar')}</Button>}>
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
    </>
  )
}
