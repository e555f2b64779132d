/** One flag after it was saved: first what its author must do now; then who knows, and what may be added. Of its content nothing. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { openForm, tryAgain } from '../../actions'
import { sayMistake, tellCall, type FlagCall } from '../../actions/flag'
import { followFlags } from '../../actions/flag-news'
import { MISTAKES, type Mistake } from '../../contract/protection'
import { position } from '../../platform/position'
import { callsInDanger, callsOf, nameOf, noFacts, toldOf } from '../../rules/flag'
import { regionAt } from '../../map'
import { flagRules, knownFlags, ownFlags, recipients, toldAt, unsentOf, watchFlags, type Attempt, type Known, type ShownFlag } from '../../store/flags'
import { me, points, regions } from '../../store/state'
import { Button, Icon, Notice, Sheet, Tiles, clockTime, replace, showToast, t, type Params } from '../../ui'
import { useDraft } from '../form/draft'
import { SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { freshFix } from '../place/place'
import { Calls, withRinging, type RingingBy } from './calls'
import { leftOut } from './left-out'
import { guidanceOf, isWaiting, stateWords, timeOf } from './state-words'
import './flag.css'

export function FlagPage({ params }: { params: Params }) {
  const id = params['id'] ?? ''
  useEffect(watchFlags, [])
  useEffect(followFlags, [])
  useEffect(() => () => { if (leftOut.value === id) leftOut.value = null }, [])
  const flag = ownFlags.value.find((one) => one.id === id)
  if (!flag) return <Screen title={t('Alerta')} backTo="/alertas"><Notice title={t('Este alerta não está mais neste celular')} /></Screen>
  return <Shown key={id} flag={flag} />
}

function regionOf(known: Known | undefined): string | null {
  const fix = freshFix(position.value, Date.now())
  const place = known?.place ?? (fix ? { point_id: null, lon: fix.lon, lat: fix.lat } : null)
  return place?.point_id ? points.value.find((point) => point.id === place.point_id)?.region_id ?? null
    : place?.lon != null && place.lat !== null ? regionAt([place.lon, place.lat], regions.value)?.id ?? null : null
}

/** Those whom its facts ask for; where this phone no longer knows them, or nobody is to be told at once, what is there for danger. */
function whomToRing(known: Known | undefined): { title: string; codes: string[] } {
  const facts = known?.facts ?? noFacts()
  if (facts.risk === 'danger_now') return { title: t('Ligue agora'), codes: callsInDanger(facts, recipients.value) }
  const asked = known ? callsOf(toldOf(flagRules.value, facts, recipients.value), facts) : []
  return asked.length ? { title: t('Quem chamar'), codes: asked } : { title: t('Se houver perigo'), codes: callsInDanger(facts, recipients.value) }
}

function attemptsOf(flag: ShownFlag, known: Known | undefined): Attempt[] {
  const told = (flag.told?.calls ?? []).map((call): Attempt => ({ ...call, number: call.number ?? null }))
  const here = known?.calls ?? []
  const same = (a: Attempt, b: Attempt): boolean => a.recipient === b.recipient && a.outcome === b.outcome && Math.abs(Date.parse(a.at) - Date.parse(b.at)) < 60_000
  return [...told.filter((one) => !here.some((each) => same(each, one))), ...here].sort((a, b) => (a.at < b.at ? -1 : 1))
}

const unheard = (): { ringing: RingingBy } => ({ ringing: {} })

function Shown({ flag }: { flag: ShownFlag }) {
  const [wrong, setWrong] = useState(false)
  const { draft: { ringing }, put } = useDraft('flag_call', flag.id, unheard, true)
  const save = useSave()
  const last = useRef<FlagCall | null>(null)
  const isRinging = Object.keys(ringing).length > 0
  // Whoever holds the phone to the ear comes back to note how it went.
  useEffect(() => (isRinging ? openForm() : undefined), [isRinging])
  const tell = (call: FlagCall) => void save.run(async () => {
    last.current = call
    await tellCall(flag.id, call)
    put({ ringing: withRinging(ringing, call.recipient, null) })
  })
  const known = knownFlags.value.get(flag.id)
  const { title, codes } = whomToRing(known)
  const guidance = guidanceOf(flag)
  const trouble = flag.state === 'queued' ? flag.problem : null // the server's to mend
  const open = flag.told?.status !== 'closed'
  const attempts = attemptsOf(flag, known)
  const said = flag.told?.mistake || unsentOf(flag.id).some((row) => row.name === 'protection.say_mistake')
  const called = [...new Set([...codes, ...attempts.map((one) => one.recipient)])]
  return (
    <Screen title={t('Alerta')} backTo="/alertas" quiet="over"
      bottom={(
        <>
          {open && <Button icon="note" name="complement" href={`#/alertas/${flag.id}/completar`}>{t('Completar')}</Button>}
          <Button kind="primary" main name="to-today" onPress={() => replace('/hoje')}>{t('Ir para Hoje')}</Button>
        </>
      )}>
      {guidance && (
        <Notice tone={guidance.tone} icon={guidance.icon} name="guidance" title={guidance.words}>
          {flag.told?.guidance_at && t('Orientação das {time}', { time: timeOf(flag.told.guidance_at) })}
        </Notice>
      )}
      {isWaiting(flag) ? (
        <div class="kept" data-name="kept" data-state={flag.state}>
          <Icon name="cloudOk" />
          <div class="row-main">
            <p class="kept-title">{t('Guardado no aparelho')}</p>
            <p class="hint">{t('Sai na frente de tudo, sozinho, assim que houver sinal.')}</p>
          </div>
        </div>
      ) : null}
      {trouble && (
        <Notice tone="warn" name="old-server" title={trouble.code === 'sync.unknown_command' ? t('A central ainda não recebe alertas deste celular') : t(trouble.title)}>
          {t('Ele continua guardado e é tentado de novo. Não espere por ele: ligue para quem pode ajudar.')}
        </Notice>
      )}
      {flag.state === 'needs_you' && flag.problem && (
        <Notice tone="bad" name="refused" title={t(flag.problem.title)} actions={<Button icon="again" name="try-again" onPress={() => void tryAgain(flag.command_id!)}>{t('Tentar de novo')}</Button>}>
          {t('Ligue para a central e conte o que houve. O alerta continua guardado.')}
        </Notice>
      )}
      {leftOut.value === flag.id && <Notice tone="warn" icon="lock" name="words-left">{t('O que você escreveu ficou de fora: este celular ainda não tem a chave que fecha o relato. Escreva de novo em “Completar” quando ela chegar.')}</Notice>}
      {!isWaiting(flag) && <Standing flag={flag} />}
      {said && !['confirmed', 'refused'].includes(flag.told?.mistake ?? '') && <p class="hint" data-name="mistake-said">{t('Você avisou que foi engano. A técnica confere antes de encerrar.')}</p>}
      {open && (
        <Calls title={title} codes={called} recipients={recipients.value} regionId={regionOf(known)} attempts={attempts} ringing={ringing}
          onRinging={(code, one) => put({ ringing: withRinging(ringing, code, one) })} onTell={tell} />
      )}
      {open && !said && <div class="under"><Button kind="quiet" icon="undo" name="mistake" onPress={() => setWrong(true)}>{t('Foi engano')}</Button></div>}
      <MistakeSheet id={flag.id} open={wrong} onClose={() => setWrong(false)} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={() => last.current && tell(last.current)} onClose={save.dismiss} />
    </Screen>
  )
}

const sentWords = (state: 'sent' | 'received' | 'answered'): string => (state === 'sent' ? t('Avisado') : state === 'received' ? t('Recebeu') : t('Respondeu'))

function Standing({ flag }: { flag: ShownFlag }) {
  const { told } = flag
  return (
    <section data-name="standing">
      <h2 class="section">{t('Como está')}</h2>
      <ul class="list">
        <li class="row" data-name="seen"><Icon name={told?.seen_at ? 'show' : 'delivered'} /><span class="row-main"><span class="row-title">{stateWords(flag)}</span>
          {told?.due_at && told.status !== 'closed' && <span class="row-sub">{t('Há aviso a fazer até {time}', { time: timeOf(told.due_at) })}</span>}</span></li>
        {told?.told.map((one) => (
          <li class="row" key={`${one.recipient}${one.at}`} data-name="told"><Icon name="send" />
            <span class="row-main"><span class="row-title">{nameOf(one.recipient, recipients.value)}</span>
              <span class="row-sub">{[`${sentWords(one.state)} ${timeOf(one.at)}`, one.protocol && t('protocolo {protocol}', { protocol: one.protocol })].filter(Boolean).join(' · ')}</span></span></li>
        ))}
      </ul>
      {told?.mistake === 'refused' && <Notice tone="warn" name="mistake-refused">{t('A técnica viu que não foi engano. O alerta continua.')}</Notice>}
      {toldAt.value > 0 && <p class="hint">{t('Como estava às {time}', { time: clockTime(new Date(toldAt.value).toISOString(), me.value?.municipality.timezone) })}</p>}
    </section>
  )
}

function MistakeSheet({ id, open, onClose }: { id: string; open: boolean; onClose: () => void }) {
  const [reason, setReason] = useState<Mistake | null>(null)
  const save = useSave()
  const onSave = () => void save.run(async () => {
    if (!reason) return
    await sayMistake(id, reason)
    showToast({ text: t('Engano avisado'), icon: 'check' })
    onClose()
  })
  return (
    <>
      <Sheet open={open} title={t('Foi engano?')} name="mistake-sheet" onClose={onClose}
        actions={(
          <div class="inline even">
            <Button name="mistake-back" onPress={onClose}>{t('Voltar')}</Button>
            <Button kind="primary" main icon="check" name="mistake-save" busy={save.busy} disabled={!reason} onPress={onSave}>{t('Avisar')}</Button>
          </div>
        )}>
        <p>{t('O alerta não some: uma técnica confere e encerra.')}</p>
        <Tiles legend={t('O que houve?')} hideLegend name="mistake-reasons" value={reason} onChange={setReason}
          options={(Object.keys(MISTAKES) as Mistake[]).map((value) => ({ value, label: t(MISTAKES[value]) }))} />
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </>
  )
}
