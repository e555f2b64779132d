import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon'

export type Tone = 'info' | 'ok' | 'warn' | 'bad'
const usual: Record<Tone, IconName> = { info: 'info', ok: 'delivered', warn: 'needs', bad: 'urgent' }

/** Something the person should know, in place. `alert` speaks at once: only for a save that failed. */
export function Notice({ tone = 'info', icon, title, children, actions, alert, name }: {
  tone?: Tone; icon?: IconName; title?: string; children?: ComponentChildren; actions?: ComponentChildren; alert?: boolean
  name?: string
}) {
  return (
    <div class={`notice ${tone}`} role={alert ? 'alert' : undefined} data-name={name}>
      <Icon name={icon ?? usual[tone]} />
      <div class="notice-words">
        {title && <p class="notice-title">{title}</p>}
        {children && <div>{children}</div>}
        {actions && <div class="notice-actions">{actions}</div>}
      </div>
    </div>
  )
}

/** A state in two words: icon + word + its own border, never colour alone. */
export function Badge({ tone = 'plain', icon, children }: {
  tone?: Tone | 'plain'; icon: IconName; children: ComponentChildren
}) {
  return <span class={`badge ${tone}`}><Icon name={icon} small /><span>{children}</span></span>
}
