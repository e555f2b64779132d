// "Guardado no aparelho · Desfazer": one at a time, above the bottom bar, gone by itself.
import { signal } from '@preact/signals'
import { Button } from './button'
import { Icon, type IconName } from './icon'
import { say } from './live'

export type Toast = {
  text: string
  icon?: IconName
  /** While this is on screen the act can be taken back. */
  action?: { label: string; run: () => void }
  seconds?: number
}

export const toast = signal<Toast | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

export function showToast(next: Toast): void {
  clearTimeout(timer)
  toast.value = next
  say(next.action ? `${next.text}. ${next.action.label}` : next.text)
  timer = setTimeout(hideToast, (next.seconds ?? 6) * 1000)
}

export function hideToast(): void {
  clearTimeout(timer)
  toast.value = null
}

export function ToastPlace() {
  const now = toast.value
  if (!now) return null
  return (
    <div class="toast">
      <Icon name={now.icon ?? 'delivered'} />
      <p>{now.text}</p>
      {now.action && (
        <Button kind="quiet" icon="undo" name="undo" onPress={() => { const { run } = now.action!; hideToast(); run(); }}>
          {now.action.label}
        </Button>
      )}
    </div>
  )
}
