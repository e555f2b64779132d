/** What the strip says, in one line and a half. */
import type { Region } from '../../contract/pull'
import { NO_PLACE_REASONS } from '../../contract/terms'
import { regionAt, type LonLat } from '../../map'
import { distance, t, type IconName } from '../../ui'
import type { StripView } from './place'

export interface StripWords {
  look: 'fix' | 'searching' | 'low' | 'none'
  icon: IconName
  title: string
  sub: string | null
}

export function stripWords(view: StripView, regions: readonly Region[]): StripWords {
  const region = (at: LonLat) => regionAt(at, regions)?.name ?? null
  switch (view.state) {
    case 'fix':
      return { look: 'fix', icon: 'pin', title: t('Local marcado · {n} m', { n: Math.round(view.accuracy_m) }), sub: region(view.at) }
    case 'searching':
      return {
        look: 'searching', icon: 'locate', sub: t('Já pode salvar'),
        title: view.accuracy_m === null ? t('Procurando o local…') : t('Procurando… {d}', { d: distance(view.accuracy_m) }),
      }
    case 'low':
      return { look: 'low', icon: 'locate', title: t('Local aproximado: {n} m', { n: Math.round(view.accuracy_m) }), sub: region(view.at) }
    case 'approximate':
      return { look: 'low', icon: 'locate', title: t('O celular só deu a região'), sub: t('Raio de {d}', { d: distance(view.accuracy_m) }) }
    case 'no_signal':
      return {
        look: 'none', icon: 'noSignal', title: t('Sem localização'),
        sub: view.denied ? t('O celular não deixou ver o local') : t('O GPS não achou o local'),
      }
    case 'ask_where':
      return { look: 'none', icon: 'pin', title: t('Onde foi?'), sub: t('O GPS de agora não vale para antes') }
    case 'map':
      return { look: 'fix', icon: 'map', title: t('Marcado no mapa'), sub: region(view.at) }
    case 'known_point':
      return { look: 'fix', icon: 'street', title: view.name || t('Ponto conhecido'), sub: view.name ? t('Ponto conhecido') : null }
    case 'address':
      return { look: 'fix', icon: 'building', title: view.text, sub: t('Rua e número') }
    case 'none':
      return { look: 'none', icon: 'withdrawn', title: t('Sem local'), sub: t(NO_PLACE_REASONS[view.reason]) }
  }
}
