// The frame of every screen of the field: top bar with the way back, "Esconder" and the badge; what the phone has to
// say; the content; one row at the bottom. The toast stands above that row, in the flow, so it covers nothing.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { openForm } from '../../actions'
import { session } from '../../store/state'
import { BottomBar, HideButton, ToastPlace, TopBar, hideToast, t, toast } from '../../ui'
import { SystemNotices } from './notices'
import { SyncBadge } from './sync-badge'

export function Screen({ title, backTo, children, bottom, below, plain, quiet, end }: {
  title: string
  backTo?: string
  children: ComponentChildren
  /** One row of buttons. */
  bottom?: ComponentChildren
  /** Second row of the top bar. */
  below?: ComponentChildren
  /** No badge and no "Esconder": before somebody is signed in. */
  plain?: boolean
  /** A form being filled: what the phone has to say waits, only what concerns saving is shown, and the phone doesn't shut. "over": a form just saved. */
  quiet?: boolean | 'over'
  /** Extra buttons in the top bar. */
  end?: ComponentChildren
}) {
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // What the last screen said is read by now; in a form it would only take room. What can still be undone stays.
    if (quiet && toast.value && !toast.value.action) hideToast()
    document.title = `${title} · Vínculo`
    root.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
    return quiet === true ? openForm() : undefined
  }, [])
  return (
    <div class="screen" ref={root}>
      <TopBar title={title} backTo={backTo} below={below}>
        {!plain && !below && <SyncBadge />}
        {!plain && <HideButton />}
        {end}
      </TopBar>
      <main>
        {(session.value?.municipality.is_demo ?? 'demo' in document.documentElement.dataset) && <p class="demo-line">{t('Demonstração: dados inventados')}</p>}
        {!plain && <SystemNotices quiet={Boolean(quiet)} />}
        {children}
      </main>
      <footer class="foot">
        <ToastPlace />
        {bottom && <BottomBar>{bottom}</BottomBar>}
      </footer>
    </div>
  )
}
