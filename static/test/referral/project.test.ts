import { describe, expect, it } from 'vitest'
import type { Bodies, CommandName, HoldTold, ReferralBody } from '../../src/contract/commands'
import type { PulledReferral } from '../../src/contract/pull'
import { referralsOf, type Ground } from '../../src/store/project-referrals'
import type { CommandRow, RecordRow } from '../../src/store/rows'

const NOW = Date.parse('2026-11-27T23:00:00Z')
const AT = '2026-11-27T22:00:00.000Z'
const body = (id: string, changed: Partial<ReferralBody> = {}): ReferralBody => ({
  referral_id: id, code: 'ABC234', unit_id: 'u', encounter_id: 'e', visit_id: null, called: null, people_count: 1, with_children: false, with_animals: false,
  person_accepted: true, note: null, purpose: 'place', reasons: [], is_urgent: false, profile: [], with_cart: false, belongings: null, travel: null,
  vehicle_asked: false, people: [], redirects_id: null, trip_id: null, slip: false, ...changed,
})
let seq = 0
const command = <N extends CommandName>(name: N, of: Bodies[N], changed: Partial<CommandRow> = {}): CommandRow => ({
  seq: ++seq, id: `c${seq}`, name, version: 1, occurred_at: AT, after: [], replaces: null, body: of, sealed: null, record_id: null, what: { key: '', values: {} },
  urgent: false, state: 'queued', lane: null, verdict: null, replaced_by: null, created_at: NOW, held_until: null, tries: 0, last_try_at: null, next_try_at: null,
  problem: null, receipt: null, delivered_at: null, ...changed,
})
const record = (of: ReferralBody, command_id: string): RecordRow =>
  ({ id: of.referral_id, type: 'referral', body: of, occurred_at: AT, created_at: NOW, command_id, replaces_id: null, status: 'valid' })
const remote = (id: string, changed: Partial<PulledReferral> = {}): PulledReferral => ({
  id, code: 'XYZ789', unit_id: 'u', unit_name: 'Abrigo', status: 'sent', called: null, people_count: 1, sent_at: AT, decided_at: null, decline_reason: null,
  proposed_unit_id: null, arrived_at: null, encounter_id: 'e', visit_id: null, purpose: 'place', travel: null, vehicle_asked: false, vehicle_sent_at: null,
  trip_id: null, hold: null, held_until: null, arrive_by: null, next_unit_id: null, appointment_at: null, appointment_note: null, decline_text: null, answer: null,
  answer_text: null, ended_at: null, redirected_from_id: null, redirected_to_id: null, people: [], ...changed,
})
const shown = (changed: Partial<Ground>) => referralsOf({ rows: [], commands: [], pulled: [], unitName: () => 'Abrigo', seen: { at: 0, mark: null }, now: NOW, ...changed })
const sent = (id: string, changed: Partial<ReferralBody> = {}, row: Partial<CommandRow> = {}) => {
  const of = body(id, changed)
  const made = command('referrals.send', of, { record_id: id, ...row })
  return { row: record(of, made.id), made }
}
const taken: HoldTold = { hold: 'taken', held_until: null, next: { unit_id: 'v', name: 'Casa', free_places: 2, free_noted_at: AT } }

describe('a referral as it is shown', () => {
  it('knows what the push told of its place, before any pull', () => {
    const { row, made } = sent('r', {}, { state: 'delivered', delivered_at: NOW, told: taken })
    expect(shown({ rows: [row], commands: [made] })).toMatchObject([{ id: 'r', status: 'sent', hold: 'taken', next: { unit_id: 'v', name: 'Casa', free_places: 2 } }])
  })
  it('of a colleague tells what was asked of the unit, so that another can be asked the same', () => {
    const asked = { profile: ['women' as const], with_children: true, with_animals: false, with_cart: true, is_urgent: true, reasons: ['protection' as const] }
    expect(shown({ pulled: [remote('r', asked)] })[0]).toMatchObject({ state: 'remote', asked })
    expect(shown({ pulled: [remote('r')] })[0]!.asked).toEqual({ profile: [], with_children: false, with_animals: false, with_cart: false, is_urgent: false, reasons: [] })
  })
  it('believes the pull afterwards: a place found since is no longer taken', () => {
    const { row, made } = sent('r', {}, { state: 'delivered', delivered_at: NOW, told: taken })
    const pulled = [remote('r', { status: 'held', hold: 'granted', held_until: '2026-11-28T02:50:00Z' })]
    expect(shown({ rows: [row], commands: [made], pulled })).toMatchObject([{ status: 'held', hold: 'granted', held_until: '2026-11-28T02:50:00Z' }])
  })
  it('shows the code that the server had to draw', () => {
    const { row, made } = sent('r', {}, { state: 'delivered', delivered_at: NOW })
    expect(shown({ rows: [row], commands: [made], pulled: [remote('r')] })[0]!.code).toBe('XYZ789')
  })
  it('claims nothing that it was not told', () => {
    const { row, made } = sent('r')
    expect(shown({ rows: [row], commands: [made] })).toMatchObject([{ status: 'sent', state: 'queued', hold: null, held_until: null, next: null }])
  })
  it('of an older server, or sent by an older phone, lacks nothing', () => {
    const { purpose: _, people: __, vehicle_asked: ___, ...old } = remote('old')
    const { purpose: _p, people: _q, redirects_id: _r, profile: _s, ...first } = body('mine')
    const made = command('referrals.send', first as ReferralBody, { record_id: 'mine' })
    const found = shown({ rows: [record(first as ReferralBody, made.id)], commands: [made], pulled: [old as PulledReferral] })
    expect(found.find((one) => one.id === 'old')).toMatchObject({ purpose: 'place', people: [], vehicle_asked: false, state: 'remote' })
    expect(found.find((one) => one.id === 'mine')).toMatchObject({ purpose: 'place', people: [], redirected_from_id: null, body: { profile: [], slip: false } })
  })
})

describe('what was said here and has not come back', () => {
  const { row, made } = sent('r', {}, { state: 'delivered', delivered_at: NOW })
  const at = (status: PulledReferral['status'], ...rest: CommandRow[]) => shown({ rows: [row], commands: [made, ...rest], pulled: [remote('r', { status })] })[0]!
  const left = (changed: Partial<CommandRow> = {}) => command('referrals.set_out', { referral_id: 'r', travel: 'on_foot' }, changed)
  it('is shown at once, as unsent', () => expect(at('held', left())).toMatchObject({ status: 'on_the_way', travel: 'on_foot', unsent: true }))
  it('does not move whoever has arrived', () => expect(at('arrived', left()).status).toBe('arrived'))
  it('changes nothing once refused or given up', () => {
    expect(at('held', left({ state: 'needs_you' })).status).toBe('held')
    expect(at('held', left({ state: 'withdrawn' })).status).toBe('held')
  })
  it('is left to the pull that has seen it', () => {
    const delivered = left({ state: 'delivered', delivered_at: NOW, mark: 5 })
    const of = (mark: number) => shown({ rows: [row], commands: [made, delivered], pulled: [remote('r', { status: 'held' })], seen: { at: NOW, mark } })[0]!.status
    expect([of(4), of(5)]).toEqual(['on_the_way', 'held'])
  })
  it('tells an answer by phone with its reason', () => {
    const told = command('referrals.tell_answer', { referral_id: 'r', status: 'declined', reason: 'no_place', text: 'Só amanhã', who: 'Recepção' })
    expect(at('sent', told)).toMatchObject({ status: 'declined', decline_reason: 'no_place', decline_text: 'Só amanhã', unsent: true })
    const ended = command('referrals.tell_answer', { referral_id: 'r', status: 'ended', reason: 'attended', text: null, who: null })
    expect(at('arrived', ended)).toMatchObject({ status: 'ended', answer: 'attended', ended_at: AT })
  })
  it('puts the stops of a trip in order, also after it has come back', () => {
    const one = sent('a', {}, { state: 'delivered', delivered_at: 1 })
    const two = sent('b', {}, { state: 'delivered', delivered_at: 1 })
    const trip = (changed: Partial<CommandRow> = {}) => command('referrals.plan_trip', { trip_id: 't', travel: 'other_vehicle', vehicle_asked: true, note: null, referral_ids: ['b', 'a'] }, changed)
    const of = (row: CommandRow) => shown({ rows: [one.row, two.row], commands: [one.made, two.made, row], seen: { at: 2, mark: null } })
    for (const row of [trip(), trip({ state: 'delivered', delivered_at: 1 })]) {
      expect(of(row).map((each) => [each.id, each.trip_id, each.stop]).sort()).toEqual([['a', 't', 2], ['b', 't', 1]])
    }
    expect(of(trip()).every((each) => each.vehicle_asked && each.travel === 'other_vehicle')).toBe(true)
  })
})

describe('an answer that comes out of order', () => {
  const { row, made } = sent('r', {}, { state: 'delivered', delivered_at: 1 })
  const revoke = (changed: Partial<CommandRow> = {}) => command('referrals.revoke', { referral_id: 'r', reason_text: null }, { record_id: 'r', ...changed })
  const cancelled = (said: CommandRow, pulled: PulledReferral[], seen = { at: 0, mark: null as number | null }) =>
    shown({ rows: [{ ...row, status: 'withdrawn' }], commands: [made, said], pulled, seen })[0]!
  it('a cancelling that was refused cancels nothing', () => {
    expect(cancelled(revoke({ state: 'needs_you' }), [remote('r', { status: 'arrived' })]).status).toBe('arrived')
    expect(cancelled(revoke({ state: 'needs_you' }), []).status).toBe('sent')
  })
  it('who was received after the team had cancelled is shown as received', () => {
    const gone = revoke({ state: 'delivered', delivered_at: 2 })
    expect(cancelled(gone, [remote('r', { status: 'sent' })]).status).toBe('revoked')
    expect(cancelled(gone, [remote('r', { status: 'arrived', arrived_at: AT })], { at: 3, mark: null }).status).toBe('arrived')
    expect(cancelled(revoke(), [remote('r', { status: 'held' })])).toMatchObject({ status: 'revoked', unsent: true })
  })
  it('a place that was granted at the push is kept, also before the pull says so', () => {
    const told = command('referrals.send', row.body as ReferralBody, { id: made.id, record_id: 'r', state: 'delivered', told: { hold: 'granted', held_until: AT, next: null } })
    expect(shown({ rows: [row], commands: [told] })[0]).toMatchObject({ status: 'held', held_until: AT })
  })
  it('a yes by phone to whoever left already leaves her on the way, as at the server', () => {
    const said = [command('referrals.set_out', { referral_id: 'r', travel: null }), command('referrals.tell_answer', { referral_id: 'r', status: 'accepted', reason: null, text: null, who: null })]
    expect(shown({ rows: [row], commands: [made, ...said], pulled: [remote('r')] })[0]).toMatchObject({ status: 'on_the_way', decided_at: AT })
  })
  it('the stops of a trip are as the server has them: who was declined is left out, and a colleague sees the same order', () => {
    const trip = command('referrals.plan_trip', { trip_id: 't', travel: 'with_team', vehicle_asked: false, note: null, referral_ids: ['r', 's'] }, { state: 'delivered', delivered_at: 1 })
    const pulled = [remote('r', { status: 'declined', trip_id: null, trip_order: null }), remote('s', { trip_id: 't', trip_order: 1 })]
    const of = (commands: CommandRow[]) => shown({ commands, pulled, seen: { at: 2, mark: null } }).map((one) => [one.id, one.trip_id, one.stop]).sort()
    expect(of([trip])).toEqual([['r', null, null], ['s', 't', 1]])
    expect(of([])).toEqual([['r', null, null], ['s', 't', 1]])
  })
})

describe('a redirect', () => {
  const first = sent('r', {}, { state: 'delivered', delivered_at: NOW })
  const of = (status: PulledReferral['status'], changed: Partial<CommandRow> = {}) => {
    const second = sent('s', { redirects_id: 'r', unit_id: 'v' }, changed)
    return shown({ rows: [first.row, second.row], commands: [first.made, second.made], pulled: [remote('r', { status })] }).find((one) => one.id === 'r')!
  }
  it('ends the first and keeps the chain', () => expect(of('declined')).toMatchObject({ status: 'redirected', redirected_to_id: 's' }))
  it('leaves the first as it is once refused, and where the person arrived after all', () => {
    expect(of('declined', { state: 'needs_you' }).status).toBe('declined')
    expect(of('arrived').status).toBe('arrived')
  })
})
