const plain = (text: string) => text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase()

/** Every word of the query begins a word of the text; accents and case don't count. */
export function found(query: string, text: string): boolean {
  const words = plain(text).split(/[^\p{L}\p{N}]+/u)
  return plain(query).split(/\s+/).filter(Boolean).every((part) => words.some((word) => word.startsWith(part)))
}
