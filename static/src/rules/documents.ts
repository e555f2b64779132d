// Brazilian document numbers by their check digits. Right digits say that it was typed right, never whose it is.
import { mark } from '../contract/words'

export const DOCUMENTS = ['document.cpf', 'document.nis', 'document.cns'] as const
export type DocumentField = (typeof DOCUMENTS)[number]
export const DIGITS: Record<DocumentField, number> = { 'document.cpf': 11, 'document.nis': 11, 'document.cns': 15 }

export const digitsOf = (typed: string): string => typed.replace(/\D/g, '')

const sum = (digits: string, weights: readonly number[]): number => weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, at) => from - at)
const allEqual = (digits: string): boolean => /^(\d)\1*$/.test(digits)

export function isCpf(digits: string): boolean {
  if (!/^\d{11}$/.test(digits) || allEqual(digits)) return false
  const check = (length: number): number => ((sum(digits, down(length + 1, 2)) * 10) % 11) % 10
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10])
}

export function isNis(digits: string): boolean {
  if (!/^\d{11}$/.test(digits) || allEqual(digits)) return false
  const check = 11 - (sum(digits, [3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)
  return (check > 9 ? 0 : check) === Number(digits[10])
}

export function isCns(digits: string): boolean {
  return /^[12789]\d{14}$/.test(digits) && sum(digits, down(15, 1)) % 11 === 0
}

const CHECKS: Record<DocumentField, (digits: string) => boolean> = { 'document.cpf': isCpf, 'document.nis': isNis, 'document.cns': isCns }

/** A sentence about what is wrong with the number as typed, null when it may be told. */
export function checkDocument(field: DocumentField, typed: string): string | null {
  const digits = digitsOf(typed)
  if (digits.length !== DIGITS[field]) return DIGITS[field] === 11 ? mark('São 11 números. Confira se falta algum.') : mark('São 15 números. Confira se falta algum.')
  return CHECKS[field](digits) ? null : mark('Os números não conferem. Veja de novo no documento ou pergunte outra vez.')
}

/** 52998224725 → 529.982.247-25; as typed while it isn't whole. */
export function shownDocument(field: DocumentField, digits: string): string {
  if (digits.length !== DIGITS[field]) return digits
  switch (field) {
    case 'document.cpf': return digits.replace(/(...)(...)(...)(..)/, '$1.$2.$3-$4')
    case 'document.nis': return digits.replace(/(...)(.....)(..)(.)/, '$1.$2.$3-$4')
    case 'document.cns': return digits.replace(/(...)(....)(....)(....)/, '$1 $2 $3 $4')
  }
}
