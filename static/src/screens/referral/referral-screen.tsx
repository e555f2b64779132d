import { useState } from 'preact/hooks'
import { undo } from '../../actions'
import { revokeReferral } from '../../actions/referral'
import { DECLINE_REASONS } from '../../contract/terms'
import { records, referrals, units, type LocalReferral } from '../../store/state'
import { Button, clockTime, Icon, Notice, replace, Sheet, showToast, t, TextField, tn, type Params } from '../../ui'
import { reopen } from '../encounter/store-draft'
import { SaveFailedSheet, useSave } from '../form/save'
import { useUndoable } from '../form/undo'
import { Screen } from '../frame/screen'
import { sendState } from '../frame/states'
import { callHref } from './unit-words'
import './referral.css'

/** What the worker shows or says at the door, and what the shelter answered. */
export function ReferralScreen({ params }: { params: Params }) {
  const referral = referrals.value.find((one) => one.id === params['id'])
  if (referral === undefined) {
    return (
      <Screen title={t('Encaminhamento')} backTo="/hoje">
        <Notice title={t('Este encaminhamento não está mais neste celular')} />
      </Screen>
    )
  }
  return <Shown referral={referral} />
}

const received = (referral: LocalReferral) => referral.state === 'delivered' || referral.state === 'remote'

function Shown({ referral }: { referral: LocalReferral }) {
  const unit = units.value.find((one) => one.id === referral.unit_id)
  const origin = records.value.find((one) => one.id === (referral.encounter_id ?? referral.visit_id))
  const seconds = useUndoable(origin)
  const waiting = referral.status === 'sent' && !received(referral) && referral.state !== 'withdrawn'
  const takeBack = async () => {
    if (origin === undefined) return
    if (await undo(origin.id)) {
      reopen(origin.id)
      showToast({ text: t('Desfeito. Nada foi guardado.'), icon: 'undo' })
      replace(origin.type === 'encounter' ? '/encontro' : '/hoje')
    } else showToast({ text: t('O registro já saiu. Use “Cancelar encaminhamento”.'), icon: 'info' })
  }
  return (
    <Screen title={t('Código')} backTo="/hoje"
      bottom={(
        <>
          {unit?.phone && <Button icon="phone" name="call" href={callHref(unit.phone)}>{t('Ligar')}</Button>}
          <Button kind="primary" icon="home" main name="to-today" onPress={() => replace('/hoje')}>{t('Ir para Hoje')}</Button>
        </>
      )}>
      <section class="card pass">
        <p class="row-sub">{t('Código para mostrar na porta')}</p>
        <p class="big-code" data-name="code" aria-label={spelled(referral.code)}>{referral.code}</p>
        <p class="unit-name">{referral.unit_name ?? unit?.name ?? t('Abrigo')}</p>
        {unit?.address && <p><Icon name="pin" small /> {unit.address}</p>}
        {unit?.hours_text && <p class="row-sub"><Icon name="clock" small /> {unit.hours_text}</p>}
        <p class="row-sub">{[referral.called, tn('{n} pessoa', '{n} pessoas', referral.people_count)].filter(Boolean).join(' · ')}</p>
      </section>
      {waiting
        ? (
          <Notice tone="warn" icon="noSignal" name="not-received" title={t('O abrigo ainda não recebeu. Ligue:')}
            actions={unit?.phone ? <Button icon="phone" href={callHref(unit.phone)}>{unit.phone}</Button> : undefined}>
            {t('Guardado no aparelho. Envia sozinho quando houver sinal.')}
          </Notice>
        )
        : <Answer referral={referral} />}
      {seconds > 0 && <Button icon="undo" name="undo" onPress={() => void takeBack()}>{t('Desfazer ({n} s)', { n: seconds })}</Button>}
      {seconds === 0 && <Revoke referral={referral} />}
    </Screen>
  )
}

/** Read aloud one by one, not as a word. */
const spelled = (code: string) => `${t('Código')}: ${code.split('').join(' ')}`

function Answer({ referral }: { referral: LocalReferral }) {
  const at = referral.decided_at === null ? null : t('às {time}', { time: clockTime(referral.decided_at) })
  if (referral.state === 'needs_you') {
    return <Notice tone="bad" name="answer" title={t('Precisa de você')}>{referral.problem === null ? null : t(referral.problem.title)}</Notice>
  }
  if (referral.state === 'withdrawn' && referral.status === 'sent') {
    return <Notice name="answer" icon="withdrawn" title={sendState('withdrawn').word} />
  }
  switch (referral.status) {
    case 'sent':
      return <Notice name="answer" icon="clock" title={t('O abrigo recebeu o aviso')}>{t('Esperando resposta. Ela aparece aqui.')}</Notice>
    case 'accepted':
      return <Notice tone="ok" name="answer" title={t('O abrigo aceitou. Pode ir.')}>{at}</Notice>
    case 'arrived':
      return (
        <Notice tone="ok" icon="door" name="answer" title={t('A pessoa chegou')}>
          {referral.arrived_at === null ? null : t('às {time}', { time: clockTime(referral.arrived_at) })}
        </Notice>
      )
    case 'not_arrived':
      return <Notice tone="warn" name="answer" title={t('A pessoa não chegou')}>{t('Se a encontrar de novo, pergunte se ainda quer ir.')}</Notice>
    case 'revoked':
      return <Notice name="answer" icon="withdrawn" title={t('Encaminhamento cancelado')}>{at}</Notice>
    case 'declined':
      return <Declined referral={referral} at={at} />
  }
}

function Declined({ referral, at }: { referral: LocalReferral; at: string | null }) {
  const proposed = units.value.find((one) => one.id === referral.proposed_unit_id)
  const origin = referral.encounter_id ?? referral.visit_id
  const why = referral.decline_reason === null ? null : t(DECLINE_REASONS[referral.decline_reason])
  return (
    <Notice tone="bad" name="answer" title={t('O abrigo não pode receber')}
      actions={origin !== null && <Button icon="bed" name="other-unit" href={`#/encaminhar/${origin}`}>{t('Escolher outro')}</Button>}>
      {[why, at].filter(Boolean).join(' · ')}
      {proposed !== undefined && <p>{t('Sugeriu: {name}', { name: proposed.name })}</p>}
    </Notice>
  )
}

const open = (referral: LocalReferral) => (referral.status === 'sent' || referral.status === 'accepted') && referral.state !== 'withdrawn'

function Revoke({ referral }: { referral: LocalReferral }) {
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const save = useSave()
  if (!open(referral)) return null
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
