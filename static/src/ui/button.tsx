import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon'

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger'

type Props = {
  children: ComponentChildren
  kind?: ButtonKind
  icon?: IconName
  /** Takes the room that is left in a row, and the full 64 px. One per screen. */
  main?: boolean
  /** Something is being done: the button stays focusable, says so, and a second tap does nothing. */
  busy?: boolean
  disabled?: boolean
  submit?: boolean
  /** Submits the form of this id from outside it (the bottom row). */
  form?: string
  onPress?: () => void
  /** A link that looks like a button: "#/hoje", "tel:…". */
  href?: string
  describedBy?: string
  name?: string
}

export function Button({
  children, kind = 'secondary', icon, main, busy, disabled, submit, form, onPress, href, describedBy, name,
}: Props) {
  const look = `button ${kind}${main ? ' main' : ''}`
  const inside = (
    <>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </>
  )
  if (href) return <a class={look} href={href} onClick={onPress} data-name={name}>{inside}</a>
  return (
    <button
      class={look}
      type={submit || form ? 'submit' : 'button'}
      form={form}
      disabled={disabled}
      aria-busy={busy || undefined}
      aria-describedby={describedBy}
      data-name={name}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onPress?.()
      }}
    >
      {inside}
    </button>
  )
}

/** Small upright button of the top bar: icon over a word, 48 px at least. */
export function BarButton({ icon, children, onPress, href, name }: {
  icon: IconName; children: ComponentChildren; onPress?: () => void; href?: string; name?: string
}) {
  const inside = (
    <>
      <Icon name={icon} />
      <span>{children}</span>
    </>
  )
  return href
    ? <a class="bar-button" href={href} data-name={name}>{inside}</a>
    : <button class="bar-button" type="button" onClick={onPress} data-name={name}>{inside}</button>
}
