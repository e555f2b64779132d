// Closed lists, the same identifiers as the server's terms.py. The words are msgids: screens pass them through t().
export const SITUATIONS = {
  street_situation: 'Em situação de rua',
  family: 'Família',
  child_or_adolescent: 'Criança ou adolescente',
  other: 'Outra situação',
} as const
export type Situation = keyof typeof SITUATIONS

export const OUTCOMES = {
  attended_on_site: 'Atendido no local',
  accepted_shelter: 'Aceitou acolhimento',
  declined_got_guidance: 'Não aceitou, recebeu orientação',
  declined_to_talk: 'Não quis conversar',
  not_found: 'Não localizado',
  referred_health: 'Encaminhado à saúde',
  family_return: 'Retorno à família',
  referred_other: 'Encaminhado a outro serviço',
  council_called: 'Acionado Conselho Tutelar',
  emergency_called: 'Acionado SAMU/segurança',
} as const
export type EncounterOutcome = keyof typeof OUTCOMES

export const AGE_BANDS = {
  age_0_12: '0 a 12 anos',
  age_13_17: '13 a 17 anos',
  age_18_59: '18 a 59 anos',
  age_60_plus: '60 anos ou mais',
} as const
export type AgeBand = keyof typeof AGE_BANDS

export const SEXES = { male: 'Masculino', female: 'Feminino' } as const
export type Sex = keyof typeof SEXES

export const ORIGINS = {
  active_search: 'Busca ativa',
  request_156: 'Pedido pelo 156',
  disque_100: 'Disque 100',
  network: 'Rede de atendimento',
  follow_up: 'Acompanhamento',
  spontaneous: 'Procura espontânea',
  special_operation: 'Operação especial',
} as const
export type Origin = keyof typeof ORIGINS

export const PLACE_SOURCES = {
  gps: 'GPS do celular',
  map: 'Ponto marcado no mapa',
  known_point: 'Ponto conhecido',
  address: 'Rua e número',
  none: 'Sem local',
} as const
export type PlaceSource = keyof typeof PLACE_SOURCES

export const NO_PLACE_REASONS = {
  denied: 'Localização não permitida no celular',
  unavailable: 'O celular não encontrou o local',
  unsafe: 'Não era seguro marcar',
  moving: 'Em deslocamento',
  not_wanted: 'A pessoa preferiu não marcar',
  other: 'Outro motivo',
} as const
export type NoPlaceReason = keyof typeof NO_PLACE_REASONS

export const VISIT_RESULTS = {
  done: 'Feita',
  nobody_home: 'Ninguém em casa',
  refused: 'Recusou',
  moved: 'Mudou',
  unsafe: 'Sem segurança',
} as const
export type VisitResult = keyof typeof VISIT_RESULTS

export const VISIT_PRESENT = {
  child: 'Criança',
  pregnant: 'Gestante',
  mother: 'Mãe',
  father: 'Pai',
  other_carer: 'Outro responsável',
  other: 'Outra pessoa',
} as const
export type VisitPresent = keyof typeof VISIT_PRESENT

export const DECLINE_REASONS = {
  no_place: 'Sem vaga',
  closed: 'Fechado neste horário',
  profile: 'Não atende este perfil',
  capacity_technical: 'Sem equipe para receber',
  other: 'Outro (explicar)',
} as const
export type DeclineReason = keyof typeof DECLINE_REASONS

export const WITHDRAW_REASONS = {
  by_mistake: 'Registrado por engano',
  duplicate: 'Repetido',
  wrong_person_or_place: 'Dados de outro registro',
} as const
export type WithdrawReason = keyof typeof WITHDRAW_REASONS

export const NEEDS = {
  bath: 'Banho',
  food: 'Alimentação',
  overnight: 'Pernoite',
  documents: 'Documentos',
  treatment: 'Tratamento',
  work: 'Trabalho',
  benefit: 'Benefício',
  travel: 'Passagem',
  family: 'Família',
  report_violation: 'Denúncia de violação',
  clothing: 'Roupas',
  belongings: 'Pertences',
  other: 'Outra',
} as const
export type Need = keyof typeof NEEDS

export const CALLED_KINDS = { alias: 'Como é chamado', nickname: 'Apelido', social: 'Nome social', civil: 'Nome civil' } as const
export type CalledKind = keyof typeof CALLED_KINDS
