import { shapes, type IconName } from './shapes'

export type { IconName }

// Decorative by design: the word beside it is what is read aloud.
export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg class={small ? 'icon small' : 'icon'} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  )
}
