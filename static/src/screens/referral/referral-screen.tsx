import { useState } from 'preact/hooks'
import { undo } from '../../actions'
import { redirectReferral, revokeReferral, undoReferral } from '../../actions/referral'
import { setOut } from '../../actions/referral-moves'
import { REFERRAL_PURPOSES, TRAVEL } from '../../contract/network'
import type { Unit } from '../../contract/pull'
import { me, records, referrals, units, type LocalReferral } from '../../store/state'
import { Button, dayAndTime, Icon, Notice, replace, Sheet, showToast, t, TextField, tn, type Params } from '../../ui'
import { reopen } from '../encounter/store-draft'
import { SaveFailedSheet, useSave } from '../form/save'
import { useUndoable } from '../form/undo'
import { later } from '../frame/lazy'
import { Screen } from '../frame/screen'
import { adviceOf } from './advice'
import { cityNow } from './city-clock'
import { isOpen, isOverdue } from './state-words'
import { callHref } from './unit-words'
import './referral.css'

const SlipCode = later(() => import('./slip-code').then((file) => file.SlipCode))

/** What the worker shows or says at the door, what the unit answered, and what can be done now. */
export function ReferralScreen({ params }: { params: Params }) {
  const referral = referrals.value.find((one) => one.id === params['id'])
  if (referral === undefined) {
    return (
      <Screen title={t('Encaminhamento')} backTo="/hoje">
        <Notice title={t('Este encaminhamento não está mais neste celular')} />
      </Screen>
    )
  }
  return <Shown key={referral.id} referral={referral} />
}

const unitOf = (id: string): Unit | undefined => units.value.find((one) => one.id === id)

function Shown({ referral }: { referral: LocalReferral }) {
  const unit = unitOf(referral.unit_id)
  const origin = records.value.find((one) => one.id === (referral.encounter_id ?? referral.visit_id))
  const seconds = useUndoable(origin)
  const timeZone = me.value?.municipality.timezone
  const taking = useSave()
  const takeBack = () => void taking.run(async () => {
    if (origin === undefined) return
    if (await undo(origin.id)) {
      reopen(origin.id)
      showToast({ text: t('Desfeito. Nada foi guardado.'), icon: 'undo' })
      replace(origin.type === 'encounter' ? '/encontro' : '/hoje')
    } else showToast({ text: t('O registro já saiu. Use “Cancelar encaminhamento”.'), icon: 'info' })
  })
  const expected = isOpen(referral) && referral.state !== 'needs_you'
  return (
    <Screen title={t('Código')} backTo="/hoje"
      bottom={(
        <>
          {unit?.phone && <Button icon="phone" name="call" href={callHref(unit.phone)}>{t('Ligar')}</Button>}
          <Button kind="primary" icon="home" main name="to-today" onPress={() => replace('/hoje')}>{t('Ir para Hoje')}</Button>
        </>
      )}>
      <Answer referral={referral} unit={unit} />
      {/* Reached by a keyboard also where there is nothing left to press, or a long page could not be scrolled. */}
      <section class="card pass" tabIndex={0} aria-label={t('Código')}>
        <p class="row-sub">{t('Código para mostrar na porta')}</p>
        <p class="big-code" data-name="code" aria-label={spelled(referral.code)}>{referral.code}</p>
        <p class="unit-name">{referral.unit_name ?? unit?.name ?? t('Abrigo')}</p>
        {unit?.address && <p><Icon name="pin" small /> {unit.address}</p>}
        {unit?.hours_text && <p class="row-sub"><Icon name="clock" small /> {unit.hours_text}</p>}
        <p class="row-sub">
          {[referral.called, tn('{n} pessoa', '{n} pessoas', referral.people_count), referral.purpose !== 'place' && t(REFERRAL_PURPOSES[referral.purpose]),
            referral.travel && t(TRAVEL[referral.travel])].filter(Boolean).join(' · ')}
        </p>
        {expected && <SlipCode referral={referral} />}
        {expected && <Button icon="note" name="slip" href={`#/encaminhamento/${referral.id}/papel`}>{t('Papel para a pessoa')}</Button>}
      </section>
      {referral.appointment_at && (
        <Notice icon="calendar" name="appointment" title={t('Horário marcado: {when}', { when: dayAndTime(referral.appointment_at, timeZone) })}>{referral.appointment_note}</Notice>
      )}
      {referral.vehicle_asked && expected && (
        <p class="hint" data-name="vehicle"><Icon name="send" small /> {referral.vehicle_sent_at ? t('Veículo a caminho') : t('Veículo pedido')}</p>
      )}
      {referral.unsent && <p class="hint"><Icon name="queued" small /> {t('Ainda não enviado: vai quando houver sinal.')}</p>}
      {seconds > 0 && <Button icon="undo" name="undo" busy={taking.busy} onPress={takeBack}>{t('Desfazer ({n} s)', { n: seconds })}</Button>}
      <SaveFailedSheet failure={taking.failure} busy={taking.busy} onRetry={takeBack} onClose={taking.dismiss} />
      {seconds === 0 && <Moves referral={referral} unit={unit} />}
      <Chain referral={referral} />
      <Along referral={referral} />
      {seconds === 0 && <Revoke referral={referral} />}
    </Screen>
  )
}

/** Read aloud one by one, not as a word. */
const spelled = (code: string) => `${t('Código')}: ${code.split('').join(' ')}`

function Answer({ referral, unit }: { referral: LocalReferral; unit: Unit | undefined }) {
  const save = useSave()
  const advice = adviceOf(referral, { unit, unitOf, now: cityNow.value, timeZone: me.value?.municipality.timezone })
  const { next } = advice
  const onNext = () => void save.run(async () => {
    if (next === null) return
    const sent = await redirectReferral(referral, next.unit_id)
    showToast({
      text: t('Encaminhado para {name}', { name: next.name }), icon: 'send', seconds: 10,
      action: { label: t('Desfazer'), run: () => void undoReferral(sent.referral_id).then((gone) => { if (gone) replace(`/encaminhamento/${referral.id}`) }) },
    })
    replace(`/encaminhamento/${sent.referral_id}`)
  })
  return (
    <>
      <Notice tone={advice.tone} {...(advice.icon ? { icon: advice.icon } : {})} name={referral.state === 'delivered' || referral.state === 'remote' ? 'answer' : 'not-received'} title={advice.title}
        actions={(advice.call && unit?.phone) || next || advice.other ? (
          <>
            {advice.call && unit?.phone && <Button icon="phone" href={callHref(unit.phone)}>{unit.phone}</Button>}
            {next && <Button kind="primary" icon="check" name="take-next" busy={save.busy} onPress={onNext}>{t('A pessoa aceita: ir para {name}', { name: next.name })}</Button>}
            {advice.other && <Button icon="bed" name="other-unit" href={`#/reencaminhar/${referral.id}`}>{t('Escolher outra unidade')}</Button>}
          </>
        ) : undefined}>
        {advice.lines.length > 0 && advice.lines.map((line) => <p key={line}>{line}</p>)}
      </Notice>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onNext} onClose={save.dismiss} />
    </>
  )
}

const BEFORE_LEAVING = ['sent', 'held', 'accepted']

/** What the team can say of it: that they left; what a unit without a desk answered; who else goes along. */
function Moves({ referral, unit }: { referral: LocalReferral; unit: Unit | undefined }) {
  const save = useSave()
  if (referral.state === 'withdrawn' || referral.state === 'needs_you') return null
  const leaving = BEFORE_LEAVING.includes(referral.status)
  const answers = unit !== undefined && !unit.has_desk && !['revoked', 'redirected', 'ended'].includes(referral.status)
  const onLeave = () => void save.run(async () => {
    await setOut(referral.id, referral.travel)
    showToast({ text: t('Anotado: a caminho'), icon: 'next' })
  })
  return (
    <div class="stack moves">
      {answers && <Button kind="primary" icon="phone" name="tell-answer" href={`#/encaminhamento/${referral.id}/resposta`}>{t('Anotar a resposta da unidade')}</Button>}
      {leaving && <Button icon="next" name="set-out" busy={save.busy} onPress={onLeave}>{t('Saiu: está a caminho')}</Button>}
      {isOpen(referral) && <Button icon="people" name="trip" href={`#/saida/${referral.id}`}>{t('Levar junto com outros')}</Button>}
      {isOpen(referral) && referral.hold !== 'taken' && !isOverdue(referral, cityNow.value) && (
        <Button icon="bed" name="change-unit" href={`#/reencaminhar/${referral.id}`}>{t('Trocar de unidade')}</Button>
      )}
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onLeave} onClose={save.dismiss} />
    </div>
  )
}

/** From where it came and where it went on: nothing of the way is lost. */
function Chain({ referral }: { referral: LocalReferral }) {
  const find = (id: string | null) => (id === null ? undefined : referrals.value.find((one) => one.id === id))
  const links = [
    { one: find(referral.redirected_from_id), words: (name: string) => t('Antes: {name}', { name }) },
    { one: find(referral.redirected_to_id), words: (name: string) => t('Depois: {name}', { name }) },
  ]
  return (
    <>
      {links.map(({ one, words }) => one && (
        <a key={one.id} class="row list" data-name="chain" href={`#/encaminhamento/${one.id}`}>
          <Icon name="history" />
          <span class="row-main"><span class="row-title">{words(one.unit_name ?? t('Abrigo'))}</span><span class="row-sub">{t('Código {code}', { code: one.code })}</span></span>
          <Icon name="next" />
        </a>
      ))}
    </>
  )
}

/** Who goes in the same trip, in the order of the stops where the phone knows it. */
function Along({ referral }: { referral: LocalReferral }) {
  if (referral.trip_id === null) return null
  const all = referrals.value.filter((one) => one.trip_id === referral.trip_id).sort((a, b) => (a.stop ?? 99) - (b.stop ?? 99))
  if (all.length < 2) return null
  return (
    <section>
      <h2 class="section">{t('Na mesma saída')}</h2>
      <ol class="list">
        {all.map((one, at) => (
          <li key={one.id}>
            <a class="row" href={`#/encaminhamento/${one.id}`} aria-current={one.id === referral.id ? 'true' : undefined}>
              <span class="stop-number">{one.stop ?? at + 1}</span>
              <span class="row-main"><span class="row-title">{one.unit_name ?? t('Abrigo')}</span><span class="row-sub">{[one.called, t('Código {code}', { code: one.code })].filter(Boolean).join(' · ')}</span></span>
            </a>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Revoke({ referral }: { referral: LocalReferral }) {
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const save = useSave()
  if (!isOpen(referral)) return null
  const onRevoke = () => void save.run(async () => {
    await revokeReferral(referral.id, reason.trim() || null)
    setAsking(false)
    showToast({ text: t('Encaminhamento cancelado'), icon: 'withdrawn' })
    // One that nobody had heard of is simply gone.
    if (!referrals.value.some((one) => one.id === referral.id)) replace('/hoje')
  })
  return (
    <>
      <Button kind="danger" icon="remove" name="revoke" onPress={() => setAsking(true)}>{t('Cancelar encaminhamento')}</Button>
      <Sheet open={asking} title={t('Cancelar este encaminhamento?')} name="revoke-sheet" onClose={() => setAsking(false)}
        actions={(
          <>
            <Button kind="danger" icon="remove" name="revoke-yes" busy={save.busy} onPress={onRevoke}>{t('Cancelar encaminhamento')}</Button>
            <Button icon="back" onPress={() => setAsking(false)}>{t('Deixar como está')}</Button>
          </>
        )}>
        <TextField label={t('Por quê? (se quiser dizer)')} name="revoke-reason" maxLength={200} value={reason} onInput={setReason} />
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onRevoke} onClose={save.dismiss} />
    </>
  )
}
