import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { likeness, type Likable } from '../../src/rules/likeness'

interface Vector { a: Likable; b: Likable; score: number; reasons: string[] }
const vectors = JSON.parse(readFileSync(new URL('../../../tests/contract/likeness.json', import.meta.url), 'utf8')) as Vector[]

it.each(vectors.map((each) => [JSON.stringify(each.a.names ?? []), JSON.stringify(each.b.names ?? []), each] as const))('%s and %s are as alike on the phone as on the server', (_a, _b, each) => {
  expect(likeness(each.a, each.b)).toEqual({ score: each.score, reasons: each.reasons })
})
