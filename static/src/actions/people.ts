// What is told of a person, and who was there. Loaded with the screens of people.
import { mark } from '../contract/words'
import type { Bodies, LinkBody, TakeBackBody, Told, UnlinkBody } from '../contract/commands'
import { newId } from '../contract/ids'
import type { Person } from '../contract/pull'
import type { AgeBand, CalledKind, Certainty, Sex, ToldSource } from '../contract/terms'
import { ask } from '../platform/network'
import { DraftRefused } from '../rules/problems'
import { workerRow } from '../store/device'
import { commandRows } from '../store/load'
import { readMeta } from '../store/meta'
import { requireHandle, type Write } from '../store/open'
import { change, commandIn, neverSent, plan, save } from '../store/outbox'
import type { CommandRow, NewCommand } from '../store/rows'

export const MAX_NAME = 80

export interface NewPerson { called: string; called_kind: CalledKind; age_band: AgeBand | null; sex: Sex | null; region_id: string | null }
export interface Saying { field: string; value: unknown; source: ToldSource; certainty: 'sure' | 'unsure' }

const waits = (row: CommandRow): boolean => row.state !== 'delivered' && row.state !== 'withdrawn'

// The commands that make this person known to the server, while it may not know her.
function makersOf(personId: string): string[] {
  return commandRows.value.filter((row) => waits(row) && (
    (row.name === 'people.register' && (row.body as Bodies['people.register'] | null)?.person_id === personId)
    || (row.name === 'encounters.complete' && (row.body as Bodies['encounters.complete'] | null)?.names.some((name) => name.person_id === personId))
  )).map((row) => row.id)
}

function trimmed(called: string): string {
  const name = called.replace(/\s+/g, ' ').trim()
  if (!name) throw new DraftRefused({ called: mark('Escreva um nome, um apelido ou uma descrição.') })
  if (name.length > MAX_NAME) throw new DraftRefused({ called: mark('O nome passa de 80 letras.') })
  return name
}

export async function registerPerson(draft: NewPerson): Promise<string> {
  const now = Date.now()
  const person_id = newId(now)
  const body = { ...draft, person_id, called: trimmed(draft.called) }
  await save({ commands: [plan({ name: 'people.register', body, record_id: null, now })] })
  return person_id
}

export async function tellPerson(personId: string, sayings: readonly Saying[]): Promise<void> {
  const now = Date.now()
  const told: Told[] = sayings.map((each) => ({ told_id: newId(now), ...each, value: each.field.startsWith('name.') ? trimmed(String(each.value)) : each.value }))
  await save({ commands: [plan({ name: 'people.tell', body: { person_id: personId, told }, record_id: null, after: makersOf(personId), now })] })
}

/** What never left the phone is taken out of it; what may have arrived is taken back with its reason, and stays in the history. */
export async function takeBack(personId: string, toldId: string, reason: TakeBackBody['reason'], reasonText: string | null): Promise<void> {
  const now = Date.now()
  await change(async (tx) => {
    const rows = await tx.objectStore('commands').getAll()
    const teller = rows.find((row) => row.name === 'people.tell' && waits(row) && (row.body as Bodies['people.tell'] | null)?.told.some((told) => told.told_id === toldId))
    if (teller && neverSent(teller)) {
      const body = teller.body as Bodies['people.tell']
      const told = body.told.filter((each) => each.told_id !== toldId)
      if (told.length) await tx.objectStore('commands').put({ ...teller, body: { ...body, told } })
      else await tx.objectStore('commands').delete(teller.seq)
      return
    }
    const body: TakeBackBody = { person_id: personId, told_id: toldId, reason, reason_text: reasonText?.trim().slice(0, 200) || null }
    const after = teller ? [teller.id] : makersOf(personId)
    await tx.objectStore('commands').add(plan({ name: 'people.take_back', body, record_id: null, after, now }) as CommandRow)
  }, ['commands'])
}

export interface Present { participation_id: string; person_id: string | null; certainty: Certainty; called: string; called_kind: CalledKind }

/** Who was there: known people are linked, new ones get the name that they answer to. One save for the whole group. */
export async function linkPeople(encounterId: string, present: readonly Present[]): Promise<void> {
  const now = Date.now()
  const links: LinkBody['links'] = present.flatMap(({ participation_id, person_id, certainty }) => (person_id ? [{ participation_id, person_id, certainty }] : []))
  const fresh = present.filter((each) => each.person_id === null && each.called.trim())
  const names = fresh.map(({ participation_id, called, called_kind }) => ({ participation_id, person_id: newId(now), called: trimmed(called), called_kind }))
  const commands: NewCommand[] = []
  if (names.length) {
    const body = { encounter_id: encounterId, addition_id: newId(now), note: null, needs: [], outcome: null, names }
    commands.push(plan({ name: 'encounters.complete', body, record_id: encounterId, now }))
  }
  if (links.length) {
    const after = [...new Set(links.flatMap((link) => makersOf(link.person_id)))]
    commands.push(plan({ name: 'encounters.link', body: { encounter_id: encounterId, links }, record_id: encounterId, after, now }))
  }
  if (!commands.length) return
  await save({ commands, within: (tx) => afterRecord(tx, encounterId, commands) })
}

async function afterRecord(tx: Write, encounterId: string, commands: readonly NewCommand[]): Promise<void> {
  const record = await tx.objectStore('records').get(encounterId)
  // What was delivered and aged out needs no waiting for.
  if (record && (await commandIn(tx, record.command_id))) for (const command of commands) command.after = [record.command_id, ...command.after]
}

export async function unlinkPerson(encounterId: string, participationId: string, reason: UnlinkBody['reason']): Promise<void> {
  const now = Date.now()
  await change(async (tx) => {
    const rows = await tx.objectStore('commands').getAll()
    const linkers = rows.filter((row) => row.name === 'encounters.link' && waits(row) && (row.body as LinkBody | null)?.encounter_id === encounterId
      && (row.body as LinkBody).links.some((link) => link.participation_id === participationId))
    for (const row of linkers.filter(neverSent)) {
      const body = row.body as LinkBody
      const links = body.links.filter((link) => link.participation_id !== participationId)
      if (links.length) await tx.objectStore('commands').put({ ...row, body: { ...body, links } })
      else await tx.objectStore('commands').delete(row.seq)
    }
    // Linked only here, and only just: the server has nothing to unlink.
    if (linkers.length > 0 && linkers.every(neverSent)) return
    const body: UnlinkBody = { encounter_id: encounterId, participation_id: participationId, reason }
    const named = rows.filter((row) => row.name === 'encounters.complete' && waits(row)
      && (row.body as Bodies['encounters.complete'] | null)?.names.some((name) => name.participation_id === participationId))
    const command = plan({ name: 'encounters.unlink', body, record_id: encounterId, after: [...linkers, ...named].map((row) => row.id), now })
    await afterRecord(tx, encounterId, [command])
    await tx.objectStore('commands').add(command as CommandRow)
  })
}

// Beyond the caseload: asked of the server, shown, kept nowhere.

export type CityAnswer = { kind: 'found'; people: Person[]; more: boolean } | { kind: 'refused'; sentence: string } | { kind: 'no_answer' }

async function asked(path: string, body?: string): Promise<{ status: number; body: unknown; title: string } | null> {
  const handle = requireHandle()
  const row = await workerRow(handle.key)
  const answer = await ask({ method: body === undefined ? 'GET' : 'POST', path, body, csrf: row?.csrf ?? null, vault: await readMeta(handle, 'vault_token'), hardMs: 20_000 })
  return answer.kind === 'answer' ? { status: answer.status, body: answer.body, title: answer.problem?.title ?? '' } : null
}

export async function searchCity(query: string): Promise<CityAnswer> {
  // In the body: a name must not stand in an address.
  const answer = await asked('/api/v1/people/search', JSON.stringify({ q: query }))
  if (!answer || answer.status >= 500) return { kind: 'no_answer' }
  if (answer.status !== 200) return { kind: 'refused', sentence: answer.title }
  const { results, more } = answer.body as { results: Person[]; more: boolean }
  return { kind: 'found', people: results, more }
}

export async function readPerson(id: string): Promise<Person | null> {
  const answer = await asked(`/api/v1/people/${encodeURIComponent(id)}`)
  return answer?.status === 200 ? (answer.body as Person) : null
}
