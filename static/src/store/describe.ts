// One line for the outbox: a msgid and what fills it. No name, no note: it stays after the body is sealed.
import type { CommandName, EncounterBody, HomeVisitBody, ReferralBody } from '../contract/commands'
import type { OutboxItem } from './types'

const KEYS: Record<CommandName, string> = {
  'shifts.start': 'Abertura do turno',
  'shifts.end': 'Fim do turno',
  'encounters.record': 'Encontro',
  'encounters.complete': 'Complemento do encontro',
  'encounters.correct': 'Correção do encontro',
  'encounters.withdraw': 'Retirada do encontro',
  'home_visits.record': 'Visita',
  'home_visits.correct': 'Correção da visita',
  'home_visits.withdraw': 'Retirada da visita',
  'referrals.send': 'Encaminhamento {code}',
  'referrals.revoke': 'Cancelamento do encaminhamento',
  'sync.withdraw': 'Desistência de um envio',
}

export function describe(name: CommandName, body: unknown): OutboxItem['what'] {
  const values: OutboxItem['what']['values'] = {}
  if (name === 'encounters.record' || name === 'encounters.correct') {
    const { situation, outcome, people_count } = body as EncounterBody
    Object.assign(values, { situation, outcome, people_count })
  } else if (name === 'home_visits.record' || name === 'home_visits.correct') {
    values['result'] = (body as HomeVisitBody).result
  } else if (name === 'referrals.send') {
    values['code'] = (body as ReferralBody).code
  }
  return { key: KEYS[name], values }
}
