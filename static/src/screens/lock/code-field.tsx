import { MOST_DIGITS } from '../../rules/code'
import { TextField } from '../../ui'

/** Digits only, on the phone's own large keypad; never offered to a password manager, which would give it to the next holder. */
export function CodeField({ label, name, value, onInput, error, hint }: {
  label: string; name: string; value: string; onInput: (value: string) => void; error?: string | null; hint?: string
}) {
  return (
    <TextField label={label} name={name} type="password" inputMode="numeric" autocomplete="off" maxLength={MOST_DIGITS}
      value={value} error={error} hint={hint} onInput={(text) => onInput(text.replace(/\D/g, ''))} />
  )
}
