// How a name is compared: without accents and case, and by how Brazilian Portuguese sounds it. app/people/sound.py is the
// same on the server; tests/contract/sounds.json holds both to one answer.

// In order, on one lower-case word whose only mark left is ç.
const RULES: readonly [RegExp, string][] = [
  [/ç/g, 's'],
  [/ph/g, 'f'],
  [/[sc]h/g, 'x'],
  [/h/g, ''],
  [/sc(?=[eiy])/g, 's'],
  [/c(?=[eiy])/g, 's'],
  [/qu(?=[eiy])/g, 'k'],
  [/[cq]/g, 'k'],
  [/g(?=[eiy])/g, 'j'],
  [/gu(?=[eiy])/g, 'g'],
  [/y/g, 'i'],
  [/^u(?=[aeio])/g, 'v'],
  [/w/g, 'v'],
  [/z/g, 's'],
  [/x$/g, 's'],
  [/(.)\1+/g, '$1'],
  [/ou/g, 'o'],
  [/ei/g, 'e'],
  [/ng(?=[^aeiou]|$)/g, 'n'],
  [/[mn](?=[^aeiou]|$)/g, ''],
  [/l(?=[^aeiou]|$)/g, 'u'],
  [/(.)r$/g, '$1'],
  [/(.)o$/g, '$1u'],
  [/(.)e$/g, '$1i'],
  [/(.)\1+/g, '$1'],
]
const SMALL = new Set(['da', 'das', 'de', 'di', 'do', 'dos', 'du', 'e', 'o', 'a'])
const SIGNS = /[^\p{L}\p{N}]+/gu
const ASCII_SIGNS = /[^a-z0-9]+/g // the same where there is nothing else, and much quicker

// The server takes out what Unicode calls combining. The browser tells it by the order it gives: only what combines
// goes before the mark of the highest class.
const combines = (mark: string): boolean => mark === '\u0345' || !`\u0345${mark}`.normalize('NFD').startsWith('\u0345')
const bare = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, (mark) => (combines(mark) ? '' : mark))

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** Without accents, case, signs and double blanks. '' when nothing is left. */
export function plain(name: string): string {
  const low = name.toLowerCase()
  return (isAscii(low) ? low.replace(ASCII_SIGNS, ' ') : bare(low).replace(SIGNS, ' ')).trim()
}

/** Its words with their sounds, small ones (de, da) left out unless there is nothing else. */
export function spoken(name: string): { word: string; key: string }[] {
  const low = name.toLowerCase()
  const marked = isAscii(low) ? low.replace(ASCII_SIGNS, ' ') : low.normalize('NFC').split('ç').map(bare).join('ç').replace(SIGNS, ' ')
  const words = marked.split(' ').filter(Boolean)
  const told = words.filter((word) => !SMALL.has(word))
  return (told.length ? told : words).map((word) => ({ word: word.replace(/ç/g, 'c'), key: soundOf(word) }))
}

/** The keys of its words, each once, sorted. */
export function sounds(name: string): string[] {
  return [...new Set(spoken(name).map(({ key }) => key).filter(Boolean))].sort()
}

const known = new Map<string, string>()

/** How one lower-case word sounds. Names repeat, so the answer is kept. */
export function soundOf(word: string): string {
  const before = known.get(word)
  if (before !== undefined) return before
  let key = word
  if (/^[a-zç]+$/.test(word)) for (const [pattern, to] of RULES) key = key.replace(pattern, to)
  if (known.size > 20_000) known.clear()
  known.set(word, key)
  return key
}
