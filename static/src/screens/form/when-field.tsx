import { useState } from 'preact/hooks'
import { clockTime, Icon, t } from '../../ui'
import { later } from '../frame/lazy'
import type { WhenWaysProps } from './when-ways'

const WhenWays = later<WhenWaysProps>(() => import('./when-ways').then((file) => file.WhenWays))

/** "Foi antes". The instant is taken when it is chosen: time that passes over the form doesn't move it. */
export function WhenField({ lateAt, recorded, onChange, error }: {
  lateAt: string | null
  /** The time a record under correction already has: leaving the question alone keeps it. */
  recorded?: string | undefined
  onChange: (at: string | null) => void
  error?: string | null | undefined
}) {
  // null: never asked for. Once it is here it stays, so that closing it gives the focus back.
  const [open, setOpen] = useState<boolean | null>(null)
  const shown = lateAt ?? recorded ?? null
  return (
    <>
      <button type="button" class={`mini${lateAt ? ' set' : ''}`} data-name="when" onClick={() => setOpen(true)}>
        <Icon name={lateAt ? 'history' : 'clock'} />
        <span>{shown === null ? t('Foi antes') : lateAt ? t('Foi às {time}', { time: clockTime(shown) }) : clockTime(shown)}</span>
      </button>
      {error && <p class="error"><Icon name="needs" small /> {error}</p>}
      {open !== null && <WhenWays open={open} lateAt={lateAt} recorded={recorded} onChange={onChange} onClose={() => setOpen(false)} />}
    </>
  )
}
