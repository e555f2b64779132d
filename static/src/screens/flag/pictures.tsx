// Pictograms of what a flag tells, one path each on a 24 × 24 grid, drawn for Vínculo. None shows harm, none shows somebody
// as an offender; the words beside them are what counts.
import type { LabourForm, ViolationKind } from '../../contract/protection'

const DOTS = 'M11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M18 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M4 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0'
const COIN = 'M6.5 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M4 20v-4a5 5 0 0 1 8.5-3.5M13 17a4 4 0 1 0 8 0a4 4 0 1 0-8 0M17 15.2v3.6'

export const KIND_PICTURES: Record<ViolationKind, string> = {
  child_labour: 'M5.5 5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M8 8v6M8 14l-3 6M8 14l3 6M4 11h9M13 8h7v6h-7zM16.5 8v6',
  alone_in_street: 'M9.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M12 8.5v6M8.5 11h7M12 14.5l-2.5 5.5M12 14.5l2.5 5.5M2 20h4M18 20h4M3 4v7M21 4v7',
  physical: 'M12 2l2.2 5.2L19.5 5l-2 5.3L22 13l-5 1.6.5 5.4-4.5-3-4 4-1-5.2L2.5 17l3-4.5L2 8.5l5.5.3L8.5 3.5z',
  psychological: 'M12 3a7 7 0 0 0-7 7c0 3 1.5 4.5 2.5 5.5V21h7v-3h2a2 2 0 0 0 2-2v-3l2-1-2-3.5A6.5 6.5 0 0 0 12 3M12.7 6.5L10 10.2h3.2L10.8 14',
  sexual_abuse: 'M8 12V5.5a1.5 1.5 0 0 1 3 0V11M11 10V4.5a1.5 1.5 0 0 1 3 0V11M14 10.5V6a1.5 1.5 0 0 1 3 0v8a7 7 0 0 1-7 7c-3 0-4.5-1.5-6-4l-2-3.6a1.5 1.5 0 0 1 2.5-1.6L8 14.5',
  sexual_exploitation: COIN,
  neglect: 'M12 20.5C6 16 3 12.8 3 9a4.6 4.6 0 0 1 9-1.5A4.6 4.6 0 0 1 21 9c0 3.8-3 7-9 11.5M12 7.5l-2 3 3.5 2-2.5 3',
  trafficking: 'M5.5 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M3 20v-3a5 5 0 0 1 8-4M13 16h8M18 12.5l3.5 3.5-3.5 3.5',
  slave_labour: 'M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71',
  financial: 'M4 6h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zM2 10h18M12.5 15h4.5M6 3h12',
  institutional: 'M3 21h18M4 10h16M12 3l8 5v2H4V8zM6.5 10v11M12 10v11M17.5 10v11',
  forced_removal: 'M2 20L10 6l8 14zM10 12l-3 8M10 12l3 8M15.5 5H22M19.3 2.3L22 5l-2.7 2.7',
  belongings_taken: 'M6 8h12l1.5 12h-15zM9 8V6a3 3 0 0 1 6 0v2M9.6 12l4.8 4.8M14.4 12l-4.8 4.8',
  state_violence: 'M12 2.5l8 3v6c0 5-3.5 8-8 10-4.5-2-8-5-8-10v-6zM12 8v4.5M12 16h.01',
  discrimination: 'M5 9h14M5 15h14M16 4L8 20',
  torture: 'M6 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M8.5 9v6M5 12h7M8.5 15l-3 6M8.5 15l3 6M18 3l-3 6h5l-4 7',
  missing: 'M3 10.5a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0-15 0M21 21l-5-5M8.5 9a2 2 0 1 1 2.8 1.9c-.6.3-.8.7-.8 1.3M10.5 14.3h.01',
  self_harm: 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4.9 4.9l4.3 4.3M14.8 14.8l4.3 4.3M14.8 9.2l4.3-4.3M4.9 19.1l4.3-4.3',
  other: DOTS,
}

export const FORM_PICTURES: Record<LabourForm, string> = {
  street_sale: 'M8 2h8v16H8zM12 5.5h.01M12 10h.01M12 14.5h.01M12 18v4',
  performance: 'M4 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0M10 4.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M16 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0M5 20c0-4 3-6 7-6s7 2 7 6',
  asking: 'M3 15l4-2h5a2 2 0 0 1 0 4H9M12.5 17l5.5-3a1.8 1.8 0 0 1 2 3l-6 4H7l-4-1M13 6a3 3 0 1 0 6 0a3 3 0 1 0-6 0',
  car_minding: 'M3 17v-4l2-6h14l2 6v4zM3 13h18M6 17v3M18 17v3M7 15h.01M17 15h.01',
  shoe_shine: 'M3 7v10h18v-2c0-2-2-3-5-3.5L10 9V7zM3 20.5h18M12.5 13l1-2M15.5 14l1-2',
  recycling: 'M7 19H5a2 2 0 0 1-1.7-3l2-3.4M8.5 9.5L12 4a2 2 0 0 1 3.4 0l1.3 2.2M11 19h8a2 2 0 0 0 1.7-3L19 13M14 16l-3 3 3 3M4.5 13l1-4 4 1M19.5 3l-1 4-4-1',
  market_porter: 'M7 3h10v6H7zM12 3v6M9.5 12.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M12 15v3.5M9 22l3-3.5 3 3.5',
  leaflets: 'M6 3h9l4 4v14H6zM9 10h6M9 13.5h6M9 17h4',
  domestic: 'M19 3l-7 8M9 10l5 4-3 7H4c2-2 3-5 5-11zM8 16l2 2',
  caring: 'M5 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M7.5 9v6M7.5 15l-2.5 6M7.5 15l2.5 6M7.5 11.5h6M14 11a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0-3.8 0M15.9 13v4M15.9 17l-1.6 4M15.9 17l1.6 4',
  building: 'M3 5h18v14H3zM3 9.7h18M3 14.3h18M9 5v4.7M15 5v4.7M12 9.7v4.6M9 14.3V19M15 14.3V19',
  workshop: 'M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.77-3.77a6 6 0 0 1-7.94 7.94l-6.91 6.91a2.12 2.12 0 0 1-3-3l6.91-6.91a6 6 0 0 1 7.94-7.94z',
  delivery: 'M2 17.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M15 17.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M12 17.5V14l-3-3 4-3 2 3h2M14 5a1 1 0 1 0 2 0a1 1 0 1 0-2 0',
  farming: 'M7 20h10M12 20v-9M12 12c0-4-3-6-8-6 0 4 3 6 8 6M12 9.5c0-3.5 3-5.5 8-5.5 0 4-3 6-8 6',
  shop: 'M4 11v10h16V11M3 4h18l1 5a3 3 0 0 1-5 1 3 3 0 0 1-5 0 3 3 0 0 1-5 0 3 3 0 0 1-5-1zM9 21v-6h6v6',
  alcohol_sale: 'M10 2h4v5l2 3v11H8V10l2-3zM8 14h8',
  drug_trade: 'M4 8l8-5 8 5v9l-8 5-8-5zM4 8l8 5 8-5M12 13v9',
  sexual_exploitation: COIN,
  online: 'M7 2h10v20H7zM10.5 9l4 3-4 3z',
  other: DOTS,
}

/** Any of several, each a picture with its words. */
export function PictureTiles<V extends string>({ legend, hideLegend, name, hint, options, values, onChange }: {
  legend: string; hideLegend?: boolean; name: string; hint?: string
  options: readonly { value: V; label: string; picture: string }[]
  values: readonly V[]; onChange: (values: V[]) => void
}) {
  return (
    <fieldset class="choice" data-name={name}>
      <legend class={hideLegend ? 'unseen' : undefined}>{legend}</legend>
      {hint && <p class="hint">{hint}</p>}
      <div class="tiles c2 upright pictures">
        {options.map(({ value, label, picture }) => (
          <label class="tile" key={value}>
            <input type="checkbox" value={value} checked={values.includes(value)}
              onChange={(event) => onChange(event.currentTarget.checked ? [...values, value] : values.filter((one) => one !== value))} />
            <span class="tile-face">
              <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d={picture} /></svg>
              <span class="tile-words"><span class="tile-label">{label}</span></span>
              <span class="tile-mark"><svg class="icon small" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M20 6 9 17l-5-5" /></svg></span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
