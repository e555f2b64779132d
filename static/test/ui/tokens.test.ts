import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../assets/tokens.css', import.meta.url), 'utf8')

function colours(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,8})\s*[;}]/g)].map(([, name, value]) => [name!, value!]))
}
function blockAfter(selector: string): string {
  const start = css.indexOf(selector)
  expect(start).toBeGreaterThan(-1)
  return css.slice(start, css.indexOf('}', start) + 1)
}
const day = colours(blockAfter(':root {'))
const night = { ...day, ...colours(blockAfter(':root[data-theme="night"] {')) }
const asked = colours(blockAfter(':root:not([data-theme="day"]) {'))

function light(hex: string): number {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join('') : hex.slice(1, 7)
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
function contrast(a: string, b: string): number {
  const [low, high] = [light(a), light(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

const text = [
  ['text', 'bg'], ['text', 'surface'], ['text', 'act-soft'], ['text-soft', 'bg'], ['text-soft', 'surface'], ['text-soft', 'sunken'],
  ['act-text', 'bg'], ['act-text', 'surface'], ['act-text', 'act-soft'], ['on-act', 'act'], ['on-bar', 'bar'], ['on-bad', 'bad-fill'],
  ['ok', 'ok-soft'], ['ok', 'surface'], ['warn', 'warn-soft'], ['warn', 'surface'], ['bad', 'bad-soft'], ['bad', 'surface'],
] as const
const borders = [
  ['line', 'bg'], ['line', 'surface'], ['act', 'surface'], ['act', 'bg'], ['ok-line', 'surface'], ['warn-line', 'surface'], ['bad-line', 'surface'], ['focus', 'surface'],
] as const

describe.each([['day', day], ['night', night]])('%s', (_name, theme) => {
  it.each(text)('%s on %s reads in the sun', (front, back) => {
    expect(contrast(theme[front]!, theme[back]!)).toBeGreaterThanOrEqual(7)
  })
  it.each(borders)('%s on %s can be seen', (front, back) => {
    expect(contrast(theme[front]!, theme[back]!)).toBeGreaterThanOrEqual(3)
  })
})

it('has one night, whether chosen or asked for by the phone', () => {
  expect(Object.keys(asked).length).toBeGreaterThan(20)
  expect(asked).toEqual(colours(blockAfter(':root[data-theme="night"] {')))
})

it('stays small: the whole look of the field in 8 kB', () => {
  const field = readFileSync(new URL('../../assets/field.css', import.meta.url), 'utf8')
  expect(gzipSync(css + field).length).toBeLessThan(8 * 1024)
})
