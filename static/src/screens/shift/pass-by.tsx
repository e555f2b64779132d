import { useRef, useState } from 'preact/hooks'
import { passBy } from '../../actions/shift'
import type { Place } from '../../contract/commands'
import type { Point } from '../../contract/pull'
import { points } from '../../store/state'
import { Button, Icon, Sheet, Tiles, sayNow, showToast, t } from '../../ui'
import { KnownPoints } from '../place/known-points'
import { visitWords } from '../route/words'
import { hereNow, placeNow, regionHere } from './here'

const POINT: Place = { source: 'known_point', lon: null, lat: null, accuracy_m: null, point_id: null, text: null, reason: null, fixed_at: null }

const longest = (a: Point, b: Point) => (a.last_visit_on ?? '').localeCompare(b.last_visit_on ?? '') || a.name.localeCompare(b.name, 'pt-BR')

/** "Passei aqui, ninguém": at a known point, nearest first, or where the phone is. One tap keeps it. */
export function PassBySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Sheet open={open} title={t('Passei aqui, ninguém')} onClose={onClose} name="pass-by-sheet"
      actions={<Button icon="back" name="pass-by-back" onPress={onClose}>{t('Voltar')}</Button>}>
      <Where onDone={onClose} />
    </Sheet>
  )
}

function Where({ onDone }: { onDone: () => void }) {
  const here = hereNow()
  const [order, setOrder] = useState<'near' | 'longest' | null>('near')
  const under = useRef(false)
  const keep = async (place: Place, where: string) => {
    // A second tap, before the sheet has gone, is the same one.
    if (under.current) return
    under.current = true
    try {
      const { undo } = await passBy(place)
      onDone()
      showToast({
        text: t('Passagem guardada: {where}', { where }), icon: 'street', seconds: 10,
        action: { label: t('Desfazer'), run: () => void undo().then((ok) => { if (!ok) showToast({ text: t('Já foi enviado.') }) }) },
      })
    } catch {
      sayNow(t('Não foi guardado'))
      showToast({ text: t('Não foi guardado. Tente de novo.'), icon: 'needs' })
    } finally {
      under.current = false
    }
  }
  return (
    <>
      {here && (
        <ul class="list">
          <li>
            <button type="button" class="row" data-name="pass-here" onClick={() => void keep(placeNow(), t('aqui'))}>
              <Icon name="locate" />
              <span class="row-main"><span class="row-title">{t('Onde estou agora')}</span><span class="row-sub">{regionHere()?.name ?? t('Fora das regiões da cidade')}</span></span>
            </button>
          </li>
        </ul>
      )}
      {here && points.value.length > 3 && (
        <Tiles legend={t('Ordem dos pontos')} hideLegend name="pass-order" columns={2} value={order} onChange={setOrder}
          options={[{ value: 'near', label: t('Mais perto') }, { value: 'longest', label: t('Há mais tempo') }]} />
      )}
      <KnownPoints from={here} more={(point) => visitWords(point)} order={!here || order === 'longest' ? longest : null} onPick={(point) => void keep({ ...POINT, point_id: point.id }, point.name)} />
    </>
  )
}
