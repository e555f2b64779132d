import type { LonLat } from '../../map'
import { Button, Sheet, t } from '../../ui'
import { later } from '../frame/lazy'
import type { PlaceChoice, StripView } from './place'

export type PlaceWay = 'map' | 'known_point' | 'address' | 'none'

export type PlaceSheetProps = {
  way: PlaceWay | 'menu' | null
  choice: PlaceChoice
  view: StripView
  /** Where the map opens and what distances are counted from. */
  start: LonLat | null
  late: boolean
  onWay: (way: PlaceWay | null) => void
  onChoose: (choice: PlaceChoice) => void
}

const PlaceWays = later<PlaceSheetProps>(() => import('./place-ways').then((file) => file.PlaceWays))

export function PlaceSheet(props: PlaceSheetProps) {
  const { way, onWay } = props
  return (
    <Sheet open={way !== null} title={titleOf(way)} onClose={() => onWay(null)} name="place-sheet"
      actions={way !== 'map' && way !== 'address' && <Button icon="back" name="place-back" onPress={() => onWay(null)}>{t('Voltar')}</Button>}>
      {way !== null && <PlaceWays {...props} />}
    </Sheet>
  )
}

function titleOf(way: PlaceSheetProps['way']): string {
  switch (way) {
    case 'map': return t('Ponha o lugar embaixo da marca')
    case 'known_point': return t('Escolha o ponto conhecido')
    case 'address': return t('Rua e número')
    case 'none': return t('Por que não marcar?')
    default: return t('Onde foi?')
  }
}
