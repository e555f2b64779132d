// Choices are real inputs drawn large: arrows, TalkBack and forms work by themselves.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon, type IconName } from './icon'

export type Option<V extends string> = {
  value: V
  label: string
  hint?: string | undefined
  icon?: IconName | undefined
  disabled?: boolean | undefined
}

type Shared<V extends string> = {
  legend: string
  /** Keeps the legend for readers of the screen only. */
  hideLegend?: boolean
  options: ReadonlyArray<Option<V>>
  columns?: 1 | 2 | 3
  /** Icon above the word instead of beside it. Usual where tiles with icons share a row: a long word must not break. */
  upright?: boolean
  hint?: string
  name?: string
}

function Frame({ legend, hideLegend, hint, columns = 1, options, upright, children, name }: Shared<string> & {
  children: ComponentChildren
}) {
  const tall = upright ?? (columns > 1 && options.some((option) => option.icon))
  return (
    <fieldset class="choice" data-name={name}>
      <legend class={hideLegend ? 'unseen' : undefined}>{legend}</legend>
      {hint && <p class="hint">{hint}</p>}
      <div class={`tiles c${columns}${tall ? ' upright' : ''}`}>{children}</div>
    </fieldset>
  )
}

function Face<V extends string>({ option }: { option: Option<V> }) {
  return (
    <span class="tile-face">
      {option.icon && <Icon name={option.icon} />}
      <span class="tile-words">
        <span class="tile-label">{option.label}</span>
        {option.hint && <span class="tile-hint">{option.hint}</span>}
      </span>
      <span class="tile-mark"><Icon name="check" small /></span>
    </span>
  )
}

/** One of several. With `clearable` a second tap on the chosen tile takes the answer back (nothing is required). */
export function Tiles<V extends string>({ value, onChange, options, clearable, ...rest }: Shared<V> & {
  value: V | null
  onChange: (value: V | null) => void
  clearable?: boolean
}) {
  const group = useId()
  return (
    <Frame {...rest} options={options}>
      {options.map((option) => (
        <label class="tile" key={option.value}>
          <input
            type="radio"
            name={group}
            value={option.value}
            checked={value === option.value}
            disabled={option.disabled}
            onChange={() => onChange(option.value)}
            onClick={() => {
              if (clearable && value === option.value) onChange(null)
            }}
          />
          <Face option={option} />
        </label>
      ))}
    </Frame>
  )
}

/** Any of several. */
export function CheckTiles<V extends string>({ values, onChange, options, ...rest }: Shared<V> & {
  values: readonly V[]
  onChange: (values: V[]) => void
}) {
  return (
    <Frame {...rest} options={options}>
      {options.map((option) => (
        <label class="tile" key={option.value}>
          <input
            type="checkbox"
            value={option.value}
            checked={values.includes(option.value)}
            disabled={option.disabled}
            onChange={(event) => onChange(event.currentTarget.checked
              ? [...values, option.value]
              : values.filter((one) => one !== option.value))}
          />
          <Face option={option} />
        </label>
      ))}
    </Frame>
  )
}

/** Yes or no, as one wide tile. */
export function Switch({ label, hint, icon, value, onChange, name }: {
  label: string; hint?: string; icon?: IconName; value: boolean; onChange: (value: boolean) => void; name?: string
}) {
  return (
    <label class="tile wide" data-name={name}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />
      <Face option={{ value: '', label, hint, icon }} />
    </label>
  )
}
