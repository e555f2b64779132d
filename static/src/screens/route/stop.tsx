// One stop: what is known of the place, and what to say of it: done, nobody, not made. Two taps from Hoje's row; nothing waits for a network.
import { useState } from 'preact/hooks'
import { missStop, visitPoint, atPoint, type Told } from '../../actions/route'
import { passBy } from '../../actions/shift'
import type { Point } from '../../contract/pull'
import { MISS_REASONS, type MissReason } from '../../contract/routes'
import { loadDraft } from '../../store/drafts'
import { points, regions } from '../../store/state'
import { Badge, Button, Notice, Sheet, TextField, Tiles, back, go, showToast, t, type IconName } from '../../ui'
import { current, drop, goOn, put } from '../encounter/current'
import { isTouched, newDraft, type EncounterDraft } from '../encounter/draft'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { WhenField } from '../form/when-field'
import { Screen } from '../frame/screen'
import { StateBadge } from '../frame/state-badge'
import { hereNow } from '../shift/here'
import { lastAt, tonight } from './tonight'
import { conditionWords, isPeak, kindWords, peakWords, standing, stopState, visitWords, wayWords } from './words'
import '../encounter/encounter.css'
import '../referral/referral.css'

const MOST = 2000

export function StopScreen({ id }: { id: string }) {
  const point = points.value.find((one) => one.id === id)
  if (!point) {
    return (
      <Screen title={t('Parada')} backTo="/roteiro">
        <Notice title={t('Este ponto está fora de uso')}>{t('A coordenação tirou o ponto da lista. O que foi registrado continua guardado.')}</Notice>
      </Screen>
    )
  }
  return <Shown point={point} />
}

function Shown({ point }: { point: Point }) {
  const [count, setCount] = useState('')
  const [lateAt, setLateAt] = useState<string | null>(null)
  const [missing, setMissing] = useState(false)
  const [asking, setAsking] = useState(false)
  const save = useSave()
  const on = tonight.value.find(({ stops }) => stops.some((stop) => stop.point_id === point.id))
  const stop = on?.stops.find((each) => each.point_id === point.id)
  const state = stop && stopState(stop)
  const region = regions.value.find((one) => one.id === point.region_id)?.name
  const last = lastAt(point)
  const poor = standing(point, last) === 'precarious'
  const way = wayWords(hereNow(), point)
  const people = /^\d{1,4}$/.test(count.trim()) && Number(count) <= MOST ? Number(count) : null
  const wrong = count.trim() !== '' && people === null
  const tell = (what: () => Promise<Told>, words: string, icon: IconName) => () => void save.run(async () => {
    const { undo } = await what()
    saved()
    setMissing(false)
    showToast({ text: words, icon, seconds: 10, action: { label: t('Desfazer'), run: () => void takeBack(undo) } })
    back('/roteiro')
  })
  const begin = () => {
    put({ ...newDraft(Date.now()), place: { kind: 'known_point', point_id: point.id, name: point.name } })
    goOn()
    go('/encontro')
  }
  // A draft that was left open is not thrown away unasked.
  const record = async () => {
    const open = current.value ?? (await loadDraft<EncounterDraft>('encounter').catch(() => null))
    if (open && isTouched(open)) setAsking(true)
    else begin()
  }
  return (
    <Screen title={t('Parada')} backTo="/roteiro"
      bottom={(
        <>
          <Button icon="street" name="stop-nobody" busy={save.busy} onPress={tell(() => passBy(atPoint(point.id), lateAt), t('Anotado: ninguém em {name}', { name: point.name }), 'street')}>{t('Ninguém')}</Button>
          <Button kind="primary" main icon="check" name="stop-done" busy={save.busy} disabled={wrong}
            onPress={tell(() => visitPoint(point.id, people, lateAt), t('Anotado: {name} feito', { name: point.name }), 'check')}>{t('Feito')}</Button>
        </>
      )}>
      <p class="lead">{point.name}</p>
      {(state || poor || isPeak(point)) && (
        <div class="inline">
          {state && <StateBadge state={state} />}
          {poor && <Badge tone="warn" icon="needs">{t('informação precária')}</Badge>}
          {isPeak(point) && <Badge icon="people">{t('hora de mais gente')}</Badge>}
        </div>
      )}
      <dl class="facts card">
        <div><dt>{t('Onde')}</dt><dd>{[kindWords(point), region].filter(Boolean).join(' · ')}{way && <><br />{way}</>}</dd></div>
        <div><dt>{t('Última visita')}</dt><dd>{visitWords(point, last)}</dd></div>
        {peakWords(point) && <div><dt>{t('Quando há mais gente')}</dt><dd>{peakWords(point)}</dd></div>}
        {conditionWords(point) && <div><dt>{t('Como é o lugar')}</dt><dd>{conditionWords(point)}</dd></div>}
      </dl>
      <div class="actions">
        {on && stop?.state !== 'done' && <Button icon="close" name="stop-missed" onPress={() => setMissing(true)}>{t('Não deu')}</Button>}
        <Button icon="plus" name="stop-record" onPress={() => void record()}>{t('Registrar encontro aqui')}</Button>
      </div>
      <TextField label={t('Quantas pessoas, mais ou menos?')} hint={t('Não é preciso. Só para Feito.')} inputMode="numeric" maxLength={4} value={count} onInput={setCount} name="stop-count"
        error={wrong ? t('Escreva um número até 2000.') : null} />
      <div class="actions">
        <WhenField lateAt={lateAt} onChange={setLateAt} />
        <Button icon="map" name="stop-way" href={`geo:${point.lat},${point.lon}?q=${point.lat},${point.lon}`}>{t('Abrir no mapa do celular')}</Button>
      </div>
      <Sheet open={missing} title={t('Por que não deu?')} name="miss-sheet" onClose={() => setMissing(false)}
        actions={<Button icon="back" name="miss-back" onPress={() => setMissing(false)}>{t('Voltar')}</Button>}>
        <Tiles legend={t('Por que não deu?')} hideLegend columns={2} upright={false} name="miss-reason" value={null}
          onChange={(reason: MissReason | null) => { if (on && reason) tell(() => missStop(on.night, point.id, reason), t('Anotado: não deu'), 'close')() }}
          options={(Object.keys(MISS_REASONS) as MissReason[]).map((value) => ({ value, label: t(MISS_REASONS[value]) }))} />
      </Sheet>
      <Sheet open={asking} title={t('Há um encontro que não foi salvo')} name="meet-sheet" onClose={() => setAsking(false)}
        actions={(
          <>
            <Button kind="primary" icon="next" main name="meet-continue" onPress={() => go('/encontro')}>{t('Continuar aquele')}</Button>
            <Button icon="remove" name="meet-anew" onPress={() => void drop().then(begin)}>{t('Descartar e começar outro')}</Button>
          </>
        )} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={save.dismiss} onClose={save.dismiss} />
    </Screen>
  )
}

async function takeBack(undo: () => Promise<boolean>): Promise<void> {
  const gone = await undo().catch(() => false)
  showToast(gone ? { text: t('Desfeito.'), icon: 'undo' } : { text: t('Já foi enviado: não dá mais para desfazer.'), icon: 'info' })
}
