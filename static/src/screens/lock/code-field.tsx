import { MOST_DIGITS } from '../../rules/code'
import { TextField } from '../../ui'

/** Digits only, on the phone's own large keypad. Not a password to the browser: it would offer to keep it, for the next holder. */
export function CodeField({ label, name, value, onInput, error, hint }: {
  label: string; name: string; value: string; onInput: (value: string) => void; error?: string | null; hint?: string
}) {
  return (
    <TextField label={label} name={name} secret inputMode="numeric" autocomplete="one-time-code" maxLength={MOST_DIGITS}
      value={value} error={error} hint={hint} onInput={(text) => onInput(text.replace(/\D/g, ''))} />
  )
}
