// Closed lists of the network and of referrals, the same identifiers as the server's terms.py. In a file of their own: only
// screens that come later need them.
import { mark } from './words'

export const RECEIVES = {
  men: mark('Homens'),
  women: mark('Mulheres'),
  families: mark('Famílias'),
  couples: mark('Casais'),
  animals: mark('Animais'),
  carts: mark('Carroças e carrinhos'),
  lgbt: mark('Pessoas LGBTQIA+'),
  elderly: mark('Pessoas idosas'),
  wheelchair: mark('Cadeira de rodas'),
  children: mark('Crianças acompanhadas'),
  under_effect: mark('Pessoas sob efeito de álcool ou outra droga'),
} as const
export type Receives = keyof typeof RECEIVES

export const SERVICES = {
  shelter_night: mark('Pernoite'),
  shelter: mark('Acolhimento'),
  meals: mark('Refeições'),
  bath: mark('Banho e higiene'),
  laundry: mark('Lavanderia'),
  lockers: mark('Guarda de pertences'),
  address: mark('Endereço de referência'),
  cadunico: mark('Cadastro Único'),
  documents: mark('Documentos'),
  paif: mark('PAIF'),
  paefi: mark('PAEFI'),
  scfv: mark('Convivência e fortalecimento de vínculos'),
  outreach: mark('Abordagem social'),
  benefits: mark('Benefícios eventuais'),
  work: mark('Trabalho e qualificação'),
  health: mark('Atendimento de saúde'),
  mental_health: mark('Saúde mental, álcool e outras drogas'),
  legal: mark('Orientação jurídica'),
  migrants: mark('Apoio a migrantes'),
  sign_language: mark('Intérprete de Libras'),
  kennel: mark('Lugar para animais'),
} as const
export type Service = keyof typeof SERVICES

export const ENTRY_CONDITIONS = {
  not_under_effect: mark('Não estar sob efeito de álcool ou outra droga'),
  search: mark('Revista na entrada'),
  no_animals: mark('Sem animais'),
  needs_referral: mark('Só com encaminhamento'),
  time_in_town: mark('Prova de tempo na cidade'),
  needs_document: mark('Documento com foto'),
  record_check: mark('Consulta de antecedentes'),
  suspends: mark('Pode suspender por um tempo'),
  bans: mark('Pode impedir de voltar'),
} as const
export type EntryCondition = keyof typeof ENTRY_CONDITIONS

export const REFERRAL_PURPOSES = {
  place: mark('Pernoite ou acolhimento'),
  service: mark('Atendimento na unidade'),
  appointment: mark('Horário marcado (CRAS, CREAS)'),
  health: mark('Saúde'),
  documents: mark('Documentos e Cadastro Único'),
  benefit: mark('Benefício eventual'),
  food: mark('Alimentação'),
  work: mark('Trabalho'),
  other: mark('Outro'),
} as const
export type ReferralPurpose = keyof typeof REFERRAL_PURPOSES

export const REFERRAL_REASONS = {
  overnight: mark('Pernoite'),
  protection: mark('Proteção'),
  hygiene: mark('Banho e higiene'),
  food: mark('Alimentação'),
  documents: mark('Documentos'),
  cadunico: mark('Cadastro Único'),
  benefit: mark('Benefício'),
  health: mark('Saúde'),
  mental_health: mark('Saúde mental, álcool e outras drogas'),
  work: mark('Trabalho'),
  family: mark('Família'),
  belongings: mark('Guarda de pertences'),
  animal: mark('Lugar para o animal'),
  migration: mark('Documentos de migração'),
  rights: mark('Direitos violados'),
  other: mark('Outro'),
} as const
export type ReferralReason = keyof typeof REFERRAL_REASONS

export const TRAVEL = {
  on_foot: mark('A pé'),
  with_team: mark('Com a equipe'),
  other_vehicle: mark('Outro veículo'),
  ticket: mark('Passagem'),
} as const
export type Travel = keyof typeof TRAVEL

export const REFERRAL_ANSWERS = {
  attended: mark('Atendido'),
  sheltered: mark('Acolhido'),
  followed: mark('Segue em acompanhamento'),
  referred_on: mark('Encaminhado a outro serviço'),
  left: mark('Saiu antes do atendimento'),
  refused: mark('A pessoa não quis ficar'),
  other: mark('Outro (explicar)'),
} as const
export type ReferralAnswer = keyof typeof REFERRAL_ANSWERS
