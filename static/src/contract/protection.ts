// Flags (alertas): the same identifiers as app/protection/terms.py and schemas.py. Loaded with their screens only.
import type { Place } from './commands'
import { mark } from './words'

export const FLAG_AGES = {
  age_0_6: mark('0 a 6 anos'),
  age_7_12: mark('7 a 12 anos'),
  age_13: mark('13 anos'),
  age_14_15: mark('14 ou 15 anos'),
  age_16_17: mark('16 ou 17 anos'),
  age_18_59: mark('18 a 59 anos'),
  age_60_plus: mark('60 anos ou mais'),
} as const
export type FlagAge = keyof typeof FLAG_AGES
export const MINORS: readonly FlagAge[] = ['age_0_6', 'age_7_12', 'age_13', 'age_14_15', 'age_16_17']

export const RISKS = { danger_now: mark('Perigo agora'), soon: mark('Pode acontecer logo'), no_sign: mark('Sem sinal de perigo agora') } as const
export type Risk = keyof typeof RISKS

export const VIOLATIONS = {
  child_labour: mark('Trabalho infantil'),
  physical: mark('Violência física'),
  psychological: mark('Violência psicológica'),
  sexual_abuse: mark('Violência sexual'),
  sexual_exploitation: mark('Exploração sexual'),
  neglect: mark('Negligência ou abandono'),
  alone_in_street: mark('Criança ou adolescente só na rua'),
  trafficking: mark('Tráfico de pessoas'),
  slave_labour: mark('Trabalho análogo ao escravo'),
  financial: mark('Violência patrimonial ou financeira'),
  institutional: mark('Violência institucional'),
  forced_removal: mark('Remoção forçada'),
  belongings_taken: mark('Recolhimento de pertences'),
  state_violence: mark('Violência por agente público'),
  discrimination: mark('Discriminação'),
  torture: mark('Tortura'),
  missing: mark('Pessoa desaparecida'),
  self_harm: mark('Risco de tirar a própria vida'),
  other: mark('Outra violação'),
} as const
export type ViolationKind = keyof typeof VIOLATIONS
export const MINORS_ONLY: readonly ViolationKind[] = ['child_labour', 'alone_in_street']
export const BY_AGENTS: readonly ViolationKind[] = ['institutional', 'forced_removal', 'belongings_taken', 'state_violence']

export const LABOUR_FORMS = {
  street_sale: mark('Venda em semáforo, rua ou transporte'),
  performance: mark('Malabares ou apresentação'),
  asking: mark('Pedido de dinheiro'),
  car_minding: mark('Guarda ou lavagem de carros'),
  shoe_shine: mark('Engraxate'),
  recycling: mark('Catação de recicláveis ou lixão'),
  market_porter: mark('Carregador em feira'),
  leaflets: mark('Distribuição de panfletos'),
  domestic: mark('Trabalho doméstico'),
  caring: mark('Cuidado de outras crianças no lugar da escola'),
  building: mark('Construção'),
  workshop: mark('Oficina ou lava-jato'),
  delivery: mark('Entrega'),
  farming: mark('Agricultura ou pesca'),
  shop: mark('Comércio ou quiosque'),
  alcohol_sale: mark('Venda de bebida alcoólica'),
  drug_trade: mark('Exploração pelo tráfico de drogas'),
  sexual_exploitation: mark('Exploração sexual'),
  online: mark('Conteúdo digital com exploração econômica'),
  other: mark('Outro'),
} as const
export type LabourForm = keyof typeof LABOUR_FORMS

export const COMPANY = { alone: mark('Sem adulto por perto'), with_adult: mark('Com adulto'), with_children: mark('Com outras crianças') } as const
export type Company = keyof typeof COMPANY

export const ACTIONS = {
  stayed: mark('Ficamos com a pessoa'),
  calmed: mark('Acolhemos e escutamos'),
  moved_to_safety: mark('Levamos a lugar seguro'),
  told_family: mark('Falamos com a família'),
  told_rights: mark('Orientamos sobre direitos'),
  could_not_approach: mark('Não deu para se aproximar'),
  other: mark('Outra providência'),
} as const
export type FlagAction = keyof typeof ACTIONS

export const BODIES = {
  municipal_guard: mark('Guarda municipal'),
  urban_cleaning: mark('Zeladoria e limpeza urbana'),
  inspection: mark('Fiscalização'),
  military_police: mark('Polícia militar'),
  civil_police: mark('Polícia civil'),
  health: mark('Saúde'),
  social_assistance: mark('Assistência social'),
  education: mark('Educação'),
  other: mark('Outro órgão'),
} as const
export type PublicBody = keyof typeof BODIES

export const CHOICES = { accepted: mark('Quer'), declined: mark('Não quer'), later: mark('Depois'), unavailable: mark('Não foi possível oferecer') } as const
export type Choice = keyof typeof CHOICES
export const CALL_OUTCOMES = { answered: mark('Atendeu'), no_answer: mark('Não atendeu'), busy: mark('Ocupado') } as const
export type CallOutcome = keyof typeof CALL_OUTCOMES
export const MISTAKES = {
  not_it: mark('Não era o que parecia'), wrong_person: mark('Era outra pessoa'), duplicate: mark('Já tinha sido avisado'), other: mark('Outro engano'),
} as const
export type Mistake = keyof typeof MISTAKES
export const GUIDANCE = { stay: mark('Fique com a pessoa'), may_leave: mark('Pode sair'), call_again: mark('Ligue de novo para quem está de plantão') } as const
export type Guidance = keyof typeof GUIDANCE

// National numbers, the same everywhere: they are here before anything was ever pulled.
export const NATIONAL_PHONES: Readonly<Record<string, string>> = {
  police_190: '190', samu_192: '192', fire_193: '193', disque_100: '100', ligue_180: '180', cvv_188: '188',
}
// Codes of recipients that rules name; a city gives each its own name, or has own ones besides ('own_…').
export const RECIPIENTS: Readonly<Record<string, string>> = {
  guardianship_council: mark('Conselho Tutelar'),
  disque_100: mark('Disque 100'),
  ligue_180: mark('Ligue 180'),
  samu_192: mark('SAMU 192'),
  police_190: mark('Polícia Militar 190'),
  fire_193: mark('Bombeiros 193'),
  cvv_188: mark('CVV 188'),
  creas: mark('CREAS'),
  peti: mark('PETI (referência do trabalho infantil)'),
  labour_inspection: mark('Inspeção do trabalho (Sistema Ipê)'),
  labour_prosecution: mark('Ministério Público do Trabalho'),
  prosecution: mark('Ministério Público'),
  childhood_judge: mark('Vara da Infância e Juventude'),
  police_station: mark('Delegacia de polícia'),
  women_police_station: mark('Delegacia da mulher (DEAM)'),
  women_centre: mark('Centro de referência da mulher'),
  older_council: mark('Conselho da Pessoa Idosa'),
  disability_council: mark('Conselho dos Direitos da Pessoa com Deficiência'),
  public_defender: mark('Defensoria Pública'),
  ombudsman: mark('Ouvidoria'),
  human_rights_centre: mark('Centro de Direitos Humanos'),
  federal_police: mark('Polícia Federal'),
  caps: mark('CAPS'),
  health_surveillance: mark('Vigilância em saúde (SINAN)'),
}
// Which recipients belong to a body: never proposed where its own agents did it.
export const BODY_OF: Readonly<Record<string, PublicBody>> = { police_190: 'military_police', police_station: 'civil_police' }

// words: an envelope to the municipality's key of JSON FlagWords; made when it is saved, never opened on a phone.
export interface FlagWords { flag: string; called: string | null; seen: string | null; said: string | null }
export interface FlagBody {
  flag_id: string
  team_id: string | null
  source: 'encounter' | 'home_visit' | 'alone'
  source_id: string | null
  subject: 'known' | 'unnamed' | 'unknown'
  person_id: string | null
  household_id: string | null
  age: FlagAge | null
  minor_seen: boolean // a child, of an age that nobody said more closely
  sex: 'male' | 'female' | null
  with_disability: boolean | null
  people_count: number
  kinds: ViolationKind[]
  forms: LabourForm[]
  risk: Risk | null
  agent_body: PublicBody | null
  company: Company | null
  adult_benefits: boolean | null
  team_knows: boolean | null
  already_told: boolean
  actions: FlagAction[]
  choices: { recipient: string; answer: Choice }[]
  place: Place | null
  late: boolean
  recorded_at: string
  words: string | null
}
export interface FlagComplementBody {
  complement_id: string; flag_id: string; risk: Risk | null; age: FlagAge | null; sex: 'male' | 'female' | null; with_disability: boolean | null
  person_id: string | null; kinds: ViolationKind[]; forms: LabourForm[]; actions: FlagAction[]; choices: FlagBody['choices']; place: Place | null; words: string | null
}
export interface FlagCallBody { call_id: string; flag_id: string; recipient: string; number: string; outcome: CallOutcome; who: string | null; protocol: string | null }
export interface FlagMistakeBody { flag_id: string; reason: Mistake }

// Pulled, type 'recipient': who may have to be told, and the telephones in the order of ringing. No flag is ever pulled.
export interface DutyPhone {
  phone: string; label: string; region_id: string | null; position: number; weekdays: number // bits, Monday first
  from_time: string | null; to_time: string | null; starts_on: string | null; ends_on: string | null
}
export interface Recipient { id: string; code: string; name: string; region_id: string | null; body: PublicBody | null; phones: DutyPhone[] }
// Pulled, type 'flag_rules', one of a city: its table as the phone needs it, to say before any answer who must and who may be
// told. An empty list means any; minutes 0: immediate.
export interface FlagRule {
  kinds: ViolationKind[]; ages: FlagAge[]; sexes: ('male' | 'female')[]; risks: Risk[]; disability: boolean | null; company: Company[]
  recipient: string; obligation: 'mandatory' | 'offered'; minutes: number | null
}
export interface FlagRules { edition: string; lines: FlagRule[] }

// GET /api/v1/protection/flags: the author's own, of the last 30 days, as they go; no word of theirs comes back.
export interface OwnFlag {
  flag_id: string; occurred_at: string; received_at: string; status: 'raised' | 'taken' | 'closed'
  seen_at: string | null; seen_where: string | null // the unit whose technician saw it
  guidance: Guidance | null; guidance_at: string | null
  mistake: 'said' | 'confirmed' | 'refused' | null
  due_at: string | null
  calls: { recipient: string; number?: string; at: string; outcome: CallOutcome; protocol: string | null }[] // the author's own and the desk's
  told: { recipient: string; at: string; state: 'sent' | 'received' | 'answered'; protocol: string | null }[]
}
