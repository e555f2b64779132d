// The slip as a picture, to be sent to a phone of the person's own: drawn here, it never goes through a server of ours.
import { PICTURE_WIDTH, pictureOf, type SlipPaper } from '../../rules/slip-paper'
import type { SlipLanguage } from '../../rules/slip-words'
import { qrRows } from '../../ui/qr'

const font = (size: number, bold: boolean): string => `${bold ? 700 : 400} ${size}px system-ui, "Noto Sans", Roboto, sans-serif`
const QUIET = 4

/** A PNG. Raises where the browser can't draw one. */
export async function slipPicture(paper: SlipPaper, language: SlipLanguage, qr: string | null): Promise<File> {
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  const measure = (text: string, size: number, bold: boolean): number => {
    pen.font = font(size, bold)
    return pen.measureText(text).width
  }
  const { pieces, height } = pictureOf(paper, language, qr !== null, measure)
  canvas.width = PICTURE_WIDTH
  canvas.height = height
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, PICTURE_WIDTH, height)
  pen.fillStyle = '#000'
  pen.textBaseline = 'top'
  for (const { kind, text, size, bold, x, y } of pieces) {
    if (kind === 'qr') {
      const rows = qrRows(qr!)
      const module = Math.floor(size / (rows.length + 2 * QUIET)) // whole pixels, or a camera sees grey edges
      const inset = x + Math.floor((size - module * rows.length) / 2)
      rows.forEach((row, line) => [...row].forEach((dark, at) => { if (dark === '1') pen.fillRect(inset + at * module, y + module * (QUIET + line), module, module) }))
    } else {
      pen.font = kind === 'code' ? `700 ${size}px ui-monospace, "Roboto Mono", monospace` : font(size, bold)
      pen.fillText(text, x, y)
    }
  }
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (!blob) throw new Error('no picture')
  return new File([blob], `${paper.code}.png`, { type: 'image/png' })
}
