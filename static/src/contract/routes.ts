// Routes (roteiros): the same identifiers as the server's app/shifts/route_plans/terms.py and app/territory/terms.py. In a file of
// their own, loaded with the screens that show them.
import { mark } from './words'

export type StopState = 'missed' | 'nobody' | 'done'

export const MISS_REASONS = {
  no_time: mark('Não deu tempo'),
  called_away: mark('Outra chamada'),
  blocked: mark('Não dava para chegar'),
  unsafe: mark('Não era seguro'),
  rain: mark('Chuva'),
  no_vehicle: mark('Sem veículo'),
  other: mark('Outro motivo'),
} as const
export type MissReason = keyof typeof MISS_REASONS

export const DAY_PERIODS = {
  dawn: mark('madrugada (0h às 6h)'),
  morning: mark('manhã (6h às 12h)'),
  afternoon: mark('tarde (12h às 18h)'),
  night: mark('noite (18h às 24h)'),
} as const
export type DayPeriod = keyof typeof DAY_PERIODS

export const POINT_CONDITIONS = {
  water: mark('tem água'),
  bathroom: mark('tem banheiro'),
  cover: mark('tem cobertura'),
  light: mark('tem luz à noite'),
  tents: mark('há barracas'),
  traffic: mark('trânsito perigoso'),
  flooding: mark('alaga quando chove'),
  children: mark('há crianças'),
} as const
export type PointCondition = keyof typeof POINT_CONDITIONS

export const POINT_KINDS = {
  square: mark('praça ou parque'),
  viaduct: mark('viaduto ou ponte'),
  street: mark('rua ou calçada'),
  market: mark('feira ou mercado'),
  terminal: mark('rodoviária, terminal ou estação'),
  crossing: mark('cruzamento ou semáforo'),
  beach: mark('praia ou orla'),
  recycling: mark('lugar de reciclagem'),
  empty_building: mark('imóvel vazio'),
  other: mark('outro lugar'),
} as const
