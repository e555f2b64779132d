import { useEffect, useState } from 'preact/hooks'
import type { LocalRecord } from '../../store/state'

/** The promise to the worker; the phone may hold a record longer, for a better fix. */
const UNDO_MS = 10_000

/** Seconds in which a record can still be taken back, counted down while they are shown; 0 once it is on its way. */
export function useUndoable(record: LocalRecord | undefined): number {
  const [since] = useState(() => Date.now())
  const until = record?.state === 'held' ? Math.min(record.held_until ?? 0, since + UNDO_MS) : 0
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000))
  const [seconds, setSeconds] = useState(left)
  useEffect(() => {
    setSeconds(left())
    if (left() === 0) return
    const timer = setInterval(() => setSeconds(left()), 500)
    return () => clearInterval(timer)
  }, [until])
  return seconds
}
