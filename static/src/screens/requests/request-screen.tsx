// One request: where, what was asked, and what the team does with it: on the way, there, closed. Nothing waits for the network.
import { useEffect, useState } from 'preact/hooks'
import { openForm } from '../../actions'
import { arriveAt, closeRequest, setOutTo } from '../../actions/requests'
import { REQUEST_OUTCOMES, type PulledRequest, type RequestOutcome } from '../../contract/requests'
import { NEEDS, type Need } from '../../contract/terms'
import { loadDraft } from '../../store/drafts'
import { me, requests } from '../../store/state'
import { Badge, Button, CheckTiles, Icon, Notice, Sheet, Tiles, back, clockTime, go, showToast, t, type IconName, type Params } from '../../ui'
import { current, drop, goOn, put } from '../encounter/current'
import { isTouched, newDraft, type EncounterDraft } from '../encounter/draft'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { StateBadge } from '../frame/state-badge'
import { peopleWords, placeWords, purposeWords, requestState, wayTo } from './words'
import '../encounter/encounter.css'
import '../referral/referral.css'

const OUTCOME_ICONS: Record<RequestOutcome, IconName> = { found: 'people', nobody_there: 'notFound', refused: 'noTalk', other_service: 'building' }

export function RequestScreen({ params }: { params: Params }) {
  const here = requests.value.find(({ id }) => id === params['id'])
  // While it is being closed it may go to another team: what is answered stays, and is still taken in.
  const [held, setHeld] = useState<PulledRequest | null>(null)
  const one = here ?? held
  if (!one) {
    return (
      <Screen title={t('Solicitação')} backTo="/hoje">
        <Notice title={t('Esta solicitação não está mais com a sua equipe')}>{t('Ela foi encerrada ou passada para outra equipe.')}</Notice>
      </Screen>
    )
  }
  return <Shown key={one.id} one={one} isGone={!here} onHold={setHeld} />
}

function Shown({ one, isGone, onHold }: { one: PulledRequest; isGone: boolean; onHold: (held: PulledRequest | null) => void }) {
  const [closing, setOpen] = useState(false)
  const setClosing = (open: boolean) => { setOpen(open); onHold(open ? one : null) }
  const [asking, setAsking] = useState(false)
  const save = useSave()
  const zone = me.value?.municipality.timezone
  const way = wayTo(one)
  const tell = (what: () => Promise<{ undo: () => Promise<boolean> }>, words: string, icon: IconName) => () => void save.run(async () => {
    const { undo } = await what()
    saved()
    showToast({ text: words, icon, seconds: 10, action: { label: t('Desfazer'), run: () => void takeBack(undo) } })
  })
  const begin = () => {
    put({ ...newDraft(Date.now()), request_id: one.id })
    goOn()
    go('/encontro')
  }
  // A draft that was left open is not thrown away unasked.
  const record = async () => {
    const open = current.value ?? (await loadDraft<EncounterDraft>('encounter').catch(() => null))
    if (open && isTouched(open)) setAsking(true)
    else begin()
  }
  const next = one.status === 'dispatched'
    ? <Button kind="primary" main icon="send" name="set-out" busy={save.busy} onPress={tell(() => setOutTo(one), t('Anotado: a caminho'), 'send')}>{t('A caminho')}</Button>
    : one.status === 'on_the_way'
      ? <Button kind="primary" main icon="pin" name="arrive" busy={save.busy} onPress={tell(() => arriveAt(one), t('Anotado: no local'), 'pin')}>{t('Cheguei')}</Button>
      : <Button kind="primary" main icon="check" name="close-request" onPress={() => setClosing(true)}>{t('Encerrar')}</Button>
  return (
    <Screen title={t('Solicitação')} backTo="/hoje"
      bottom={<>{way && <Button icon="street" name="way" href={way}>{t('Ir')}</Button>}{next}</>}>
      <p class="lead">{placeWords(one) ?? t('Lugar não dito')}</p>
      <div class="inline">
        <StateBadge state={requestState(one.status)} />
        {one.is_urgent && <Badge tone="bad" icon="needs">{t('Urgente')}</Badge>}
      </div>
      {one.suggests_flag && (
        <Notice icon="child" tone="warn" name="suggests-flag" title={t('O pedido fala de criança ou de violência')}
          actions={<Button icon="urgent" href="#/alerta" name="suggested-flag">{t('Fazer um alerta')}</Button>}>
          {t('O pedido não é um alerta. Se você vir um sinal, faça o alerta.')}
        </Notice>
      )}
      <dl class="facts card">
        <div><dt>{t('Quem pediu disse')}</dt><dd>{purposeWords(one)}{peopleWords(one) && ` · ${peopleWords(one)}`}</dd></div>
        {one.description && <div><dt>{t('O que foi pedido')}</dt><dd data-name="description">{one.description}</dd></div>}
        {one.words_shut && <div><dt>{t('O que foi pedido')}</dt><dd>{t('Fechado: peça à coordenação.')}</dd></div>}
        {one.place_text && <div><dt>{t('Referência')}</dt><dd>{one.place_text}</dd></div>}
        <div><dt>{t('Pedido às')}</dt><dd>{clockTime(one.received_at, zone)}</dd></div>
        {one.set_out_at && <div><dt>{t('A caminho desde')}</dt><dd>{clockTime(one.set_out_at, zone)}</dd></div>}
        {one.arrived_at && <div><dt>{t('No local desde')}</dt><dd>{clockTime(one.arrived_at, zone)}</dd></div>}
      </dl>
      <div class="actions">
        <Button icon="plus" name="record-here" onPress={() => void record()}>{t('Registrar encontro')}</Button>
        {one.status === 'dispatched' && <Button icon="pin" name="arrive" busy={save.busy} onPress={tell(() => arriveAt(one), t('Anotado: no local'), 'pin')}>{t('Já cheguei')}</Button>}
        {one.status !== 'there' && <Button icon="check" name="close-request" onPress={() => setClosing(true)}>{t('Encerrar')}</Button>}
      </div>
      <p class="hint"><Icon name="hide" small /> {t('Quem pediu não fica sabendo quem é a pessoa, nem se ela foi encontrada.')}</p>
      <CloseSheet one={one} isGone={isGone} open={closing} onClose={() => setClosing(false)} />
      <Sheet open={asking} title={t('Há um encontro que não foi salvo')} name="meet-sheet" onClose={() => setAsking(false)}
        actions={(
          <>
            <Button kind="primary" icon="next" main name="meet-continue" onPress={() => go('/encontro')}>{t('Continuar aquele')}</Button>
            <Button icon="remove" name="meet-anew" onPress={() => void drop().then(begin)}>{t('Descartar e começar outro')}</Button>
          </>
        )} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={() => save.dismiss()} onClose={save.dismiss} />
    </Screen>
  )
}

function CloseSheet({ one, isGone, open, onClose }: { one: PulledRequest; isGone: boolean; open: boolean; onClose: () => void }) {
  const [outcome, setOutcome] = useState<RequestOutcome | null>(null)
  const [offers, setOffers] = useState<Need[]>([])
  const save = useSave()
  useEffect(() => (open ? openForm() : undefined), [open])
  const onSave = () => void save.run(async () => {
    if (outcome === null) return
    const { undo } = await closeRequest(one, outcome, offers)
    saved()
    onClose()
    showToast({ text: t(REQUEST_OUTCOMES[outcome]), icon: OUTCOME_ICONS[outcome], seconds: 10, action: { label: t('Desfazer'), run: () => void takeBack(undo) } })
    back('/hoje')
  })
  const wasThere = outcome === 'found' || outcome === 'refused'
  return (
    <>
      <Sheet open={open} title={t('Como ficou?')} name="close-sheet" onClose={onClose}
        actions={(
          <div class="inline even">
            <Button name="close-back" onPress={onClose}>{t('Voltar')}</Button>
            <Button kind="primary" icon="check" main busy={save.busy} disabled={outcome === null} name="close-save" onPress={onSave}>{t('Encerrar')}</Button>
          </div>
        )}>
        {isGone && !save.busy && <Notice name="request-gone" title={t('Esta solicitação não está mais com a sua equipe')}>{t('O que você guardar aqui ainda chega e vale.')}</Notice>}
        <Tiles legend={t('Como ficou?')} hideLegend columns={2} name="outcome" value={outcome} onChange={setOutcome}
          options={(Object.keys(REQUEST_OUTCOMES) as RequestOutcome[]).map((value) => ({ value, label: t(REQUEST_OUTCOMES[value]), icon: OUTCOME_ICONS[value] }))} />
        {wasThere && (
          <CheckTiles legend={t('O que foi oferecido?')} hint={t('Não é preciso.')} name="offers" values={offers} onChange={setOffers}
            options={Object.entries(NEEDS).map(([value, label]) => ({ value: value as Need, label: t(label) }))} />
        )}
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </>
  )
}

async function takeBack(undo: () => Promise<boolean>): Promise<void> {
  const gone = await undo().catch(() => false)
  showToast(gone ? { text: t('Desfeito. Continua com a equipe.'), icon: 'undo' } : { text: t('Já foi enviado: não dá mais para desfazer.'), icon: 'info' })
}
