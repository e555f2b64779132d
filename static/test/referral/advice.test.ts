import { describe, expect, it } from 'vitest'
import type { Unit } from '../../src/contract/pull'
import { adviceOf } from '../../src/screens/referral/advice'
import { isOverdue, isStuck, referralState } from '../../src/screens/referral/state-words'
import type { LocalReferral } from '../../src/store/state'

const NOW = Date.parse('2026-11-28T02:00:00Z') // 23:00 in Fortaleza
const zone = 'America/Fortaleza'
const unit = (changed: Partial<Unit> = {}) => ({ id: 'u', name: 'Abrigo', has_desk: true, free_places: 3, free_noted_at: '2026-11-28T01:55:00Z', ...changed }) as Unit
const one = (changed: Partial<LocalReferral> = {}): LocalReferral => ({
  id: 'r', code: 'ABC234', unit_id: 'u', unit_name: 'Abrigo', encounter_id: 'e', visit_id: null, called: null, people_count: 1, occurred_at: '2026-11-28T01:00:00Z',
  state: 'delivered', status: 'sent', next: null, stop: null, unsent: false, command_id: 'c', receipt: null, delivered_at: null, problem: null, body: null,
  decided_at: null, decline_reason: null, decline_text: null, proposed_unit_id: null, arrived_at: null, vehicle_sent_at: null, hold: null, held_until: null,
  arrive_by: null, appointment_at: null, appointment_note: null, answer: null, answer_text: null, ended_at: null, redirected_to_id: null, purpose: 'place',
  travel: null, vehicle_asked: false, trip_id: null, redirected_from_id: null, people: [],
  asked: { profile: [], with_children: false, with_animals: false, with_cart: false, is_urgent: false, reasons: [] }, ...changed,
})
const said = (changed: Partial<LocalReferral>, of: Unit | undefined = unit()) => adviceOf(one(changed), { unit: of, unitOf: (id) => unit({ id, name: `Casa ${id}` }), now: NOW, timeZone: zone })

describe('by the clock of the city', () => {
  it('a hold of this night is told by its hour, one of another day with the day', () => {
    expect(referralState(one({ status: 'held', held_until: '2026-11-28T04:30:00Z' }), NOW, zone).word).toBe('Vaga guardada até 01:30')
    expect(referralState(one({ status: 'held', held_until: '2026-12-01T02:00:00Z' }), NOW, zone).word).toMatch(/30\/11.*23:00/)
    expect(said({ status: 'held', held_until: '2026-12-01T02:00:00Z' }).title).toMatch(/30\/11.*23:00/)
  })
  it('one that was refused offers another unit, and its reason stands there', () => {
    expect(said({ state: 'needs_you', problem: { code: 'x', title: 'Esta unidade não recebe encaminhamentos.', fields: {} } })).toMatchObject({ other: true, lines: ['Esta unidade não recebe encaminhamentos.'] })
  })
})

describe('without signal', () => {
  it('no bed is claimed: the number to ring stands there', () => {
    for (const state of ['held', 'queued', 'sending'] as const) {
      const advice = said({ state })
      expect(advice).toMatchObject({ title: 'A vaga ainda não está guardada', call: true, tone: 'warn' })
      expect(advice.lines.join(' ')).toContain('quando houver sinal')
    }
  })
  it('nor is one spoken of where there are none', () => expect(said({ state: 'queued', purpose: 'documents' }).title).toBe('A unidade ainda não recebeu. Ligue:'))
  it('a unit without a desk is rung, sent or not', () => {
    for (const state of ['queued', 'delivered'] as const) expect(said({ state }, unit({ has_desk: false }))).toMatchObject({ title: 'Ligue para a unidade e anote aqui a resposta', call: true })
  })
})

describe('the place that was asked for', () => {
  it('is kept until an hour of the city', () => {
    expect(said({ status: 'held', hold: 'granted', held_until: '2026-11-28T02:50:00Z' })).toMatchObject({ title: 'Vaga guardada até 23:50', tone: 'ok' })
  })
  it('was not given because the house does not receive her: said as that, and the next is offered all the same', () => {
    expect(said({ hold: 'taken', why: 'profile' })).toMatchObject({ title: 'Não atende este perfil', other: true })
    expect(said({ hold: 'taken', why: 'suspended' }).title).toBe('A unidade não recebe esta pessoa por enquanto')
    expect(referralState(one({ hold: 'taken', why: 'profile' }), NOW).word).toBe('Não atende este perfil')
  })
  it('was taken: the next that has room is one tap away, with its figure and age', () => {
    const next = { unit_id: 'v', name: 'Albergue X', free_places: 2, free_noted_at: '2026-11-28T01:55:00Z' }
    expect(said({ hold: 'taken', next })).toMatchObject({
      title: 'A vaga foi ocupada', lines: ['Próxima opção: Albergue X (2 vagas, há 5 min)'], next: { unit_id: 'v', name: 'Albergue X' }, other: true,
    })
    // Of the pull only the unit is known: its figure is what the phone holds of it.
    expect(said({ hold: 'taken', next: { ...next, name: null, free_places: null, free_noted_at: null } }).lines).toEqual(['Próxima opção: Casa v (3 vagas, há 5 min)'])
    expect(said({ hold: 'taken' })).toMatchObject({ next: null, other: true })
  })
  it('may not be confirmed', () => expect(said({ hold: 'unconfirmed' })).toMatchObject({ title: 'A vaga não está confirmada', call: true, other: true }))
  it('is not promised any more after its hour', () => {
    const late = { status: 'held' as const, hold: 'granted' as const, held_until: '2026-11-28T01:50:00Z' }
    expect(isOverdue(one(late), NOW)).toBe(true)
    expect(said(late)).toMatchObject({ title: 'Passou da hora', call: true, other: true })
    expect(referralState(one(late), NOW).word).toBe('Passou da hora')
    expect(isOverdue(one({ ...late, status: 'arrived' }), NOW)).toBe(false)
  })
  it('on the way without one is said', () => expect(said({ status: 'on_the_way', hold: 'unconfirmed' }).lines).toEqual(['A vaga não está guardada. Se puder, ligue antes de chegar.']))
})

describe('what the unit answered', () => {
  it('a lack of room is said as such, with whom it proposed', () => {
    expect(said({ status: 'declined', decline_reason: 'no_place', decided_at: '2026-11-28T01:30:00Z', proposed_unit_id: 'w' })).toMatchObject({
      title: 'A unidade não pode receber', lines: ['Sem vaga · às 22:30', 'Sugeriu: Casa w'], next: { unit_id: 'w' }, other: true,
    })
  })
  it('its answer comes back', () => expect(said({ status: 'ended', answer: 'sheltered', answer_text: 'Volta amanhã' }).lines).toEqual(['Acolhido', 'Volta amanhã']))
  it('every state has words of its own', () => {
    const all = ['sent', 'held', 'accepted', 'declined', 'on_the_way', 'arrived', 'not_arrived', 'in_service', 'ended', 'revoked', 'redirected'] as const
    const titles = all.map((status) => said({ status }).title)
    expect(new Set(titles).size).toBe(all.length)
    expect(new Set(all.map((status) => referralState(one({ status }), NOW).word)).size).toBe(all.length)
  })
  it('what the team must act on stands out', () => {
    expect([one({ status: 'declined' }), one({ status: 'not_arrived' }), one({ hold: 'taken' }), one()].map(isStuck)).toEqual([true, true, true, false])
  })
})
