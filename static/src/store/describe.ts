// One line for the outbox: a msgid and what fills it. No name, no note: it stays after the body is sealed.
import { mark } from '../contract/words'
import type { CommandName, EncounterBody, HomeVisitBody, ReferralBody } from '../contract/commands'
import type { OutboxItem } from './types'

const KEYS: Record<CommandName, string> = {
  'shifts.start': mark('Abertura do turno'),
  'shifts.enter_region': mark('Mudança de região'),
  'shifts.pause': mark('Pausa'),
  'shifts.resume': mark('Volta da pausa'),
  'shifts.pass_by': mark('Passei aqui, ninguém'),
  'shifts.visit_point': mark('Parada feita'),
  'shifts.miss_stop': mark('Parada que não deu'),
  'shifts.end': mark('Fim do turno'),
  'encounters.record': mark('Encontro'),
  'encounters.complete': mark('Complemento do encontro'),
  'encounters.correct': mark('Correção do encontro'),
  'encounters.withdraw': mark('Retirada do encontro'),
  'home_visits.record': mark('Visita'),
  'home_visits.correct': mark('Correção da visita'),
  'home_visits.withdraw': mark('Retirada da visita'),
  'referrals.send': mark('Encaminhamento {code}'),
  'referrals.set_out': mark('Saída para a unidade'),
  'referrals.tell_answer': mark('Resposta anotada da unidade'),
  'referrals.plan_trip': mark('Saída com várias paradas'),
  'referrals.revoke': mark('Cancelamento do encaminhamento'),
  'encounters.link': mark('Quem estava no encontro'),
  'encounters.unlink': mark('Correção de quem estava no encontro'),
  'encounters.offer': mark('Ofertas do encontro'),
  'encounters.join': mark('Junção de dois registros do mesmo encontro'),
  'encounters.unjoin': mark('Separação de registros juntados'),
  'people.register': mark('Pessoa nova'),
  'people.tell': mark('Informação sobre uma pessoa'),
  'people.take_back': mark('Informação desfeita'),
  'people.open_household': mark('Família nova'),
  'people.change_household': mark('Mudança na família'),
  'tasks.agree': mark('Combinado'),
  'tasks.close': mark('Resposta a um combinado'),
  'outreach_requests.set_out': mark('A caminho da solicitação'),
  'outreach_requests.arrive': mark('Chegada na solicitação'),
  'outreach_requests.close': mark('Resposta a uma solicitação'),
  'protection.raise': mark('Alerta'),
  'protection.complement': mark('Complemento do alerta'),
  'protection.tell_call': mark('Ligação anotada'),
  'protection.say_mistake': mark('Engano no alerta'),
  'sync.withdraw': mark('Desistência de um envio'),
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
