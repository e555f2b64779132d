// Closed lists that only screens apart from the start need: what was answered, how a step ended, who is who in a family. In a
// file of their own, because a list that any screen uses comes with the first one that is loaded of its file.
import { mark } from './words'

export const OFFER_ANSWERS = {
  accepted: mark('Aceitou'),
  refused: mark('Não quis'),
  later: mark('Aceita depois'),
  unavailable: mark('Não havia'),
} as const
export type OfferAnswer = keyof typeof OFFER_ANSWERS

// Why somebody says no to what is offered (domain 2.3).
export const REFUSAL_REASONS = {
  rules: mark('Regras ou horários'),
  animal: mark('Não aceita animal'),
  separation: mark('Separa o casal ou a família'),
  belongings: mark('Sem lugar para os pertences'),
  past_violence: mark('Já sofreu violência ou furto lá'),
  substance_use: mark('Uso de álcool ou outras drogas'),
  distance_work: mark('Distância ou trabalho'),
  prefers_staying: mark('Prefere ficar onde está'),
  threat: mark('Ameaça no local'),
  discrimination: mark('Discriminação'),
  not_said: mark('Não quis dizer'),
} as const
// Why there was none: a failure of supply, never of the person.
export const UNAVAILABLE_REASONS = {
  no_vacancy: mark('Sem vaga'),
  closed: mark('Serviço fechado'),
  profile: mark('Não atende este perfil'),
  no_stock: mark('Acabou'),
  other: mark('Outro motivo'),
} as const

export const TASK_RESULTS = {
  done: mark('Feito'),
  not_found: mark('Não encontrei'),
  moved: mark('Ficou para outro dia'),
  cancelled: mark('Não é mais preciso'),
} as const
export type TaskResult = keyof typeof TASK_RESULTS

export const MEMBER_KINDS = { child: mark('Criança'), pregnant: mark('Gestante'), adult: mark('Adulto') } as const
export type MemberKind = keyof typeof MEMBER_KINDS

// Why somebody is no longer of a family, and why a family is no longer accompanied (domain 6.6).
export const LEAVE_REASONS = {
  moved_out: mark('Foi morar em outro lugar'),
  sheltered: mark('Foi acolhido por um serviço'),
  died: mark('Faleceu'),
  other: mark('Outro motivo'),
} as const
export type LeaveReason = keyof typeof LEAVE_REASONS
export const CLOSE_REASONS = {
  moved: mark('Mudou de cidade'),
  not_found: mark('Não foi mais encontrada'),
  not_wanted: mark('Não quer mais as visitas'),
  age: mark('A criança passou da idade'),
  transferred: mark('Outra equipe acompanha'),
  other: mark('Outro motivo'),
} as const
export type CloseReason = keyof typeof CLOSE_REASONS
