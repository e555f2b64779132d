// A QR code as one crisp path. A file of its own, not in ui/index.ts: its encoder comes only with the screens that show one.
import { encode } from 'uqr'

const QUIET = 4 // light modules around, without which a camera finds nothing

/** Rows of dark modules, '1' for dark. */
export function qrRows(text: string): string[] {
  return encode(text, { ecc: 'M', boostEcc: false, border: 0 }).data.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))
}

function pathOf(rows: readonly string[]): string {
  let path = ''
  rows.forEach((row, y) => {
    for (const run of row.matchAll(/1+/g)) path += `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`
  })
  return path
}

/** `label`: what a screen reader says in its place. Dark on light also at night, or no camera reads it. */
export function Qr({ text, label }: { text: string; label: string }) {
  const rows = qrRows(text)
  const side = rows.length + QUIET * 2
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label} shape-rendering="crispEdges" data-name="qr">
      <rect width={side} height={side} fill="#fff" />
      <path d={pathOf(rows)} fill="#000" />
    </svg>
  )
}
