// The catalogue of the house is app/translations: a .po is imported as a module, so nothing generated lies about.
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const QUOTED = /^"(.*)"$/
// Templates are read at the desk only: their sentences stay on the server, all others may reach a phone,
// those of refusals too (they travel in the language of the server's answer, which may be an older choice).
const DESK = /^#: (?:templates\/\S+\s*)+$/

interface Entry { id: string; plural: string; said: string[]; desk: boolean; fuzzy: boolean }

function entries(text: string): Entry[] {
  return text.split(/\n\s*\n/).map((block) => {
    const entry: Entry = { id: '', plural: '', said: [], desk: false, fuzzy: false }
    const places: string[] = []
    let add: (more: string) => void = () => undefined
    for (const line of block.split('\n')) {
      if (line.startsWith('#:')) places.push(line)
      if (line.startsWith('#,') && line.includes('fuzzy')) entry.fuzzy = true
      const [, key, index, rest] = /^(msgid_plural|msgid|msgstr)(?:\[(\d)\])? (".*")$/.exec(line) ?? []
      if (key === 'msgid') add = (more) => { entry.id += more }
      if (key === 'msgid_plural') add = (more) => { entry.plural += more }
      if (key === 'msgstr') {
        const at = Number(index ?? 0)
        entry.said[at] = ''
        add = (more) => { entry.said[at] += more }
      }
      const quoted = QUOTED.exec(rest ?? line)
      if (quoted) add(JSON.parse(`"${quoted[1]}"`) as string)
    }
    entry.desk = places.length > 0 && places.every((place) => DESK.test(place))
    return entry
  })
}

/** What a phone needs of a .po: msgid → sentence; both forms of a plural under their own msgid. */
export function words(text: string): Record<string, string> {
  const result: Record<string, string> = {}
  for (const { id, plural, said, desk, fuzzy } of entries(text)) {
    if (!id || desk || fuzzy) continue
    if (said[0]) result[id] = said[0]
    if (plural && said[1]) result[plural] = said[1]
  }
  return result
}

export function po(): Plugin {
  return {
    name: 'vinculo-po',
    load(id) {
      if (!id.endsWith('.po')) return null
      this.addWatchFile(id)
      return { code: `export default ${JSON.stringify(words(readFileSync(id, 'utf8')))}`, moduleType: 'js' }
    },
  }
}
