// Sending a person who accepted to a unit that has room. The code is made here: it must be told before any signal.
import { mark } from '../contract/words'
import type { EncounterBody, ReferralBody } from '../contract/commands'
import { instant, newId } from '../contract/ids'
import { newReferralCode } from '../contract/referral-code'
import { checkReferral, type ReferralDraft } from '../rules/referral'
import { DraftRefused } from '../rules/problems'
import { HOLD_MS } from '../store/held'
import { behindPeople } from './behind'
import { behindReferrals } from './behind-referrals'
import { giveUpIn } from './outbox'
import { commandIn, neverSent, plan, save, unsave } from '../store/outbox'
import type { Write } from '../store/open'
import { referrals } from '../store/state'
import type { CommandRow, NewCommand, RecordRow } from '../store/rows'
import type { LocalReferral } from '../store/types'

// 1 knew neither beds nor clocks; its unsent commands go on as they are.
const VERSION = 2

export interface ReferralRows { record: RecordRow; command: NewCommand; code: string }

export function referralRows(
  draft: ReferralDraft, from: { encounter_id: string | null; visit_id: string | null }, after: string[], now: number, present: EncounterBody['people'] = [],
): ReferralRows {
  const problems = checkReferral(draft)
  if (Object.keys(problems).length) throw new DraftRefused(problems)
  const id = draft.referral_id ?? newId(now)
  const body: ReferralBody = {
    referral_id: id, code: newReferralCode(), unit_id: draft.unit_id!, ...from, called: draft.called?.trim() || null,
    people_count: draft.people_count, with_children: draft.with_children, with_animals: draft.with_animals,
    person_accepted: true, note: draft.note?.trim() || null,
    purpose: draft.purpose ?? 'place', reasons: draft.reasons ?? [], is_urgent: draft.is_urgent ?? false, profile: draft.profile ?? [],
    with_cart: draft.with_cart ?? false, belongings: draft.belongings?.trim() || null, travel: draft.travel ?? null,
    vehicle_asked: draft.vehicle_asked ?? false, people: draft.people ?? chosen(draft, present), redirects_id: draft.redirects_id ?? null, trip_id: null,
    slip: draft.slip ?? globalThis.isSecureContext === true, // where the browser can sign, the next screen shows the signed code
  }
  const command = plan({ name: 'referrals.send', body, record_id: id, after, hold_ms: HOLD_MS, version: VERSION, now })
  const record: RecordRow = {
    id, type: 'referral', body, occurred_at: instant(now), created_at: now, command_id: command.id, replaces_id: null, status: 'valid',
  }
  return { record, command, code: body.code }
}

// Of an encounter saved together with it: who was chosen, or the only one there is.
function chosen({ people_at = [], people_count }: ReferralDraft, present: EncounterBody['people']): ReferralBody['people'] {
  const going = people_at.length ? people_at.flatMap((at) => present[at] ?? []) : present.length === 1 && people_count === 1 ? present : []
  return going.map(({ participation_id, person_id }) => ({ participation_id, person_id: person_id ?? null, called: null }))
}

export async function sendReferral(draft: ReferralDraft): Promise<{ referral_id: string; code: string }> {
  const from = { encounter_id: draft.encounter_id ?? null, visit_id: draft.encounter_id ? null : draft.visit_id ?? null }
  const subject = from.encounter_id ?? from.visit_id
  if (!subject) throw new DraftRefused({ encounter_id: mark('Falta o encontro ou a visita.') })
  const now = Date.now()
  // One that was refused is no promise to take on: this one is asked in its place.
  const taken = referrals.value.find((each) => each.id === draft.redirects_id)
  const refused = taken?.state === 'needs_you' ? taken : null
  const redirects_id = refused ? refused.redirected_from_id : draft.redirects_id ?? null
  const rows = referralRows({ ...draft, redirects_id }, from, [], now)
  const sent = { referral_id: rows.record.id, code: rows.code }
  await save({
    commands: [rows.command], records: [rows.record], clearDrafts: ['referral'],
    within: async (tx) => {
      const same = await tx.objectStore('records').get(sent.referral_id)
      if (same?.type === 'referral') {
        // The same form, from another tab or after the app was killed: it is on its way.
        sent.code = same.body.code
        return false
      }
      if (refused) await giveUpRefused(tx, refused.command_id, now)
      const before = await tx.objectStore('records').get(subject)
      // What was said of the one that this takes on, that it is full for one, must be heard first.
      rows.command.after = [...new Set([...(before ? [before.command_id] : []), ...behindPeople(draft.people ?? []), ...behindReferrals([redirects_id])])]
      if (!before) return undefined // pulled: the server has it
      // Urgent: what it waits for must not wait longer than the referral itself.
      const ancestor = await commandIn(tx, before.command_id)
      if (ancestor?.state === 'held' && ancestor.held_until! > rows.command.held_until!) {
        await tx.objectStore('commands').put({ ...ancestor, held_until: rows.command.held_until })
      }
      return undefined
    },
  })
  return sent
}

async function giveUpRefused(tx: Write, commandId: string | null, now: number): Promise<boolean> {
  const row = commandId === null ? null : await commandIn(tx, commandId)
  if (row?.state !== 'needs_you') return false
  await giveUpIn(tx, row, now)
  return true
}

/** The person accepts another unit: the same is asked there, and the chain is kept. */
export function redirectReferral(before: LocalReferral, unit_id: string): Promise<{ referral_id: string; code: string }> {
  const { encounter_id, visit_id, called, people_count, purpose, travel, vehicle_asked, people, body, asked } = before
  const { belongings = null, note = null } = body ?? {}
  return sendReferral({
    ...asked, unit_id, encounter_id, visit_id, called, people_count, purpose, travel, vehicle_asked, people, belongings, note, person_accepted: true, redirects_id: before.id,
  })
}

/** While nothing of it has left. What was planned for it goes with it (store/unsaving.ts). */
export async function undoReferral(referralId: string): Promise<boolean> {
  const commandId = referrals.value.find((each) => each.id === referralId)?.command_id
  return commandId != null && unsave(commandId, neverSent)
}

export async function revokeReferral(referralId: string, reasonText: string | null): Promise<void> {
  const known = referrals.value.find((each) => each.id === referralId)
  const commandId = known?.command_id ?? null
  // Never tried: nobody has heard of it, so there is nothing to revoke.
  if (commandId && (await unsave(commandId, neverSent))) return
  const body = { referral_id: referralId, reason_text: reasonText?.trim().slice(0, 500) || null }
  const now = Date.now()
  await save({
    commands: [plan({ name: 'referrals.revoke', body, record_id: referralId, after: behindReferrals([referralId]), now })],
    within: async (tx) => {
      // Refused: the server has none to revoke.
      if (await giveUpRefused(tx, commandId, now)) return false
      const said = (row: CommandRow) => row.name === 'referrals.revoke' && row.record_id === referralId && row.state !== 'withdrawn' && row.state !== 'needs_you'
      if ((await tx.objectStore('commands').getAll()).some(said)) return false // by another tab
      const record = await tx.objectStore('records').get(referralId)
      if (record) await tx.objectStore('records').put({ ...record, status: 'withdrawn' })
      return undefined
    },
  })
}
