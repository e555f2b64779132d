// Closed lists, the same identifiers as the server's terms.py. The words are msgids: screens pass them through t().
import { mark } from './words'
export const SITUATIONS = {
  street_situation: mark('Em situação de rua'),
  family: mark('Família'),
  child_or_adolescent: mark('Criança ou adolescente'),
  other: mark('Outra situação'),
} as const
export type Situation = keyof typeof SITUATIONS

export const OUTCOMES = {
  attended_on_site: mark('Atendido no local'),
  accepted_shelter: mark('Aceitou acolhimento'),
  declined_got_guidance: mark('Não aceitou, recebeu orientação'),
  declined_to_talk: mark('Não quis conversar'),
  not_found: mark('Não localizado'),
  referred_health: mark('Encaminhado à saúde'),
  family_return: mark('Retorno à família'),
  referred_other: mark('Encaminhado a outro serviço'),
  council_called: mark('Acionado Conselho Tutelar'),
  emergency_called: mark('Acionado SAMU/segurança'),
} as const
export type EncounterOutcome = keyof typeof OUTCOMES

export const AGE_BANDS = {
  age_0_12: mark('0 a 12 anos'),
  age_13_17: mark('13 a 17 anos'),
  age_18_59: mark('18 a 59 anos'),
  age_60_plus: mark('60 anos ou mais'),
} as const
export type AgeBand = keyof typeof AGE_BANDS

export const SEXES = { male: mark('Masculino'), female: mark('Feminino') } as const
export type Sex = keyof typeof SEXES

export const ORIGINS = {
  active_search: mark('Busca ativa'),
  request_156: mark('Pedido pelo 156'),
  disque_100: mark('Disque 100'),
  network: mark('Rede de atendimento'),
  request: mark('Solicitação'),
  follow_up: mark('Acompanhamento'),
  spontaneous: mark('Procura espontânea'),
  special_operation: mark('Operação especial'),
} as const
export type Origin = keyof typeof ORIGINS

export const PLACE_SOURCES = {
  gps: mark('GPS do celular'),
  map: mark('Ponto marcado no mapa'),
  known_point: mark('Ponto conhecido'),
  address: mark('Rua e número'),
  none: mark('Sem local'),
} as const
export type PlaceSource = keyof typeof PLACE_SOURCES

export const NO_PLACE_REASONS = {
  denied: mark('Localização não permitida no celular'),
  unavailable: mark('O celular não encontrou o local'),
  unsafe: mark('Não era seguro marcar'),
  moving: mark('Em deslocamento'),
  not_wanted: mark('A pessoa preferiu não marcar'),
  other: mark('Outro motivo'),
} as const
export type NoPlaceReason = keyof typeof NO_PLACE_REASONS

export const VISIT_RESULTS = {
  done: mark('Feita'),
  nobody_home: mark('Ninguém em casa'),
  refused: mark('Recusou'),
  moved: mark('Mudou'),
  unsafe: mark('Sem segurança'),
} as const
export type VisitResult = keyof typeof VISIT_RESULTS

export const VISIT_PRESENT = {
  child: mark('Criança'),
  pregnant: mark('Gestante'),
  mother: mark('Mãe'),
  father: mark('Pai'),
  other_carer: mark('Outro responsável'),
  other: mark('Outra pessoa'),
} as const
export type VisitPresent = keyof typeof VISIT_PRESENT

export const DECLINE_REASONS = {
  no_place: mark('Sem vaga'),
  closed: mark('Fechado neste horário'),
  profile: mark('Não atende este perfil'),
  suspended: mark('A unidade não recebe esta pessoa por enquanto'),
  capacity_technical: mark('Sem equipe para receber'),
  other: mark('Outro (explicar)'),
} as const
export type DeclineReason = keyof typeof DECLINE_REASONS

export const WITHDRAW_REASONS = {
  by_mistake: mark('Registrado por engano'),
  duplicate: mark('Repetido'),
  wrong_person_or_place: mark('Dados de outro registro'),
} as const
export type WithdrawReason = keyof typeof WITHDRAW_REASONS

export const NEEDS = {
  bath: mark('Banho'),
  food: mark('Alimentação'),
  overnight: mark('Pernoite'),
  documents: mark('Documentos'),
  treatment: mark('Tratamento'),
  work: mark('Trabalho'),
  benefit: mark('Benefício'),
  travel: mark('Passagem'),
  family: mark('Família'),
  report_violation: mark('Denúncia de violação'),
  clothing: mark('Roupas'),
  belongings: mark('Pertences'),
  other: mark('Outra'),
} as const
export type Need = keyof typeof NEEDS

export const CALLED_KINDS = { alias: mark('Descrição'), nickname: mark('Apelido'), social: mark('Nome social'), civil: mark('Nome civil') } as const
export type CalledKind = keyof typeof CALLED_KINDS

export const CERTAINTIES = { sure: mark('É a pessoa'), possible: mark('Pode ser a pessoa') } as const
export type Certainty = keyof typeof CERTAINTIES

export const TOLD_SOURCES = {
  told: mark('A pessoa disse'),
  observed: mark('Observado'),
  third_party: mark('Outra pessoa disse'),
  document: mark('Visto em documento'),
  imported: mark('Veio de planilha'),
} as const
export type ToldSource = keyof typeof TOLD_SOURCES

// Lists of the screens that come later: contract/answers.ts.
export type { CloseReason, LeaveReason, MemberKind, OfferAnswer, TaskResult } from './answers'
export type { Receives, ReferralAnswer, ReferralPurpose, ReferralReason, Travel } from './network'
