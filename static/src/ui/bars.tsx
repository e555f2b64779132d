import type { ComponentChildren } from 'preact'
import { BarButton } from './button'
import { back } from './router'
import { t } from './text'

/** Title on the left, what must always be at hand on the right. `below` is a second row (shift clock, badge). */
export function TopBar({ title, backTo, children, below }: {
  title: string; backTo?: string | undefined; children?: ComponentChildren; below?: ComponentChildren
}) {
  return (
    <header class="top-bar">
      <div class="top-row">
        {backTo && <BarButton icon="back" name="back" onPress={() => back(backTo)}>{t('Voltar')}</BarButton>}
        <h1 tabIndex={-1}>{title}</h1>
        {children}
      </div>
      {below && <div class="top-row below">{below}</div>}
    </header>
  )
}

/** One row, never two: what is stacked here ends under the thumb or under the bar. */
export function BottomBar({ children }: { children: ComponentChildren }) {
  return <div class="bottom-bar">{children}</div>
}
