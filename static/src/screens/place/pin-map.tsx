import { useEffect, useRef, useState } from 'preact/hooks'
import { basemapHere } from '../../actions/basemap'
import { openMap, regionAt, type LonLat, type MapHandle } from '../../map'
import { points, regions } from '../../store/state'
import { BarButton, Icon, Notice, t } from '../../ui'

/** The pin stands still in the middle and the map moves under it: by finger, by a tap, by the arrow keys. */
export function PinMap({ start, accuracyM, onMove }: { start: LonLat | null; accuracyM: number | null; onMove: (at: LonLat) => void }) {
  const box = useRef<HTMLDivElement>(null)
  const handle = useRef<MapHandle | null>(null)
  const [failed, setFailed] = useState(false)
  const [at, setAt] = useState<LonLat | null>(start)

  useEffect(() => {
    let gone = false
    openMap(box.current!, {
      regions: regions.value, points: points.value, at: start, accuracyM, streets: basemapHere,
      onCentre: (centre) => { setAt(centre); onMove(centre); },
    }).then((map) => {
      if (gone) map.close()
      else handle.current = map
    }, () => setFailed(true))
    return () => { gone = true; handle.current?.close(); }
  }, [])

  if (failed) {
    return <Notice tone="warn" title={t('O mapa não abriu')}>{t('Use um ponto conhecido ou escreva a rua e o número.')}</Notice>
  }
  const region = at && regionAt(at, regions.value)?.name
  return (
    <div class="pin-map" data-name="pin-map">
      <div class="map-frame">
        <div class="map-box" ref={box} role="application" aria-label={t('Mapa: mova com as setas até a marca ficar no lugar')} />
        <span class="map-pin"><Icon name="pin" /></span>
        <div class="map-zoom">
          <BarButton icon="plus" name="zoom-in" onPress={() => handle.current?.zoom(1)}>{t('Perto')}</BarButton>
          <BarButton icon="minus" name="zoom-out" onPress={() => handle.current?.zoom(-1)}>{t('Longe')}</BarButton>
        </div>
      </div>
      <p class="hint" aria-live="polite">{region ?? t('Fora das regiões da cidade')}</p>
    </div>
  )
}
