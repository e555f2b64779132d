import { tellAnswer } from '../../actions/referral-moves'
import type { TellAnswerBody } from '../../contract/commands'
import { REFERRAL_ANSWERS } from '../../contract/network'
import { DECLINE_REASONS } from '../../contract/terms'
import { referrals, type LocalReferral } from '../../store/state'
import { Button, Notice, replace, showToast, t, TextField, Tiles, type IconName, type Params } from '../../ui'
import { useDraft } from '../form/draft'
import { problemOf } from '../form/problems'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import './referral.css'

type Status = TellAnswerBody['status']

/** A unit without a desk answered by phone or on paper: the team notes what it said, and who said it. */
export function AnswerScreen({ params }: { params: Params }) {
  const referral = referrals.value.find((one) => one.id === params['id'])
  if (referral === undefined) {
    return <Screen title={t('Resposta')} backTo="/hoje"><Notice title={t('Este encaminhamento não está mais neste celular')} /></Screen>
  }
  return <Answering key={referral.id} referral={referral} />
}

const EXPECTED = ['sent', 'held', 'accepted', 'on_the_way']

function options(status: LocalReferral['status']): { value: Status; label: string; icon: IconName }[] {
  const all: { value: Status; label: string; icon: IconName; from: readonly string[] }[] = [
    { value: 'accepted', label: t('Pode ir'), icon: 'check', from: ['sent', 'held', 'declined', 'on_the_way'] },
    { value: 'declined', label: t('Não pode receber'), icon: 'close', from: EXPECTED },
    { value: 'arrived', label: t('Chegou'), icon: 'door', from: [...EXPECTED, 'declined', 'not_arrived'] },
    { value: 'not_arrived', label: t('Não chegou'), icon: 'notFound', from: [...EXPECTED, 'arrived'] },
    { value: 'ended', label: t('Já foi atendida'), icon: 'delivered', from: [...EXPECTED, 'arrived', 'in_service', 'not_arrived'] },
  ]
  return all.filter((one) => one.from.includes(status))
}

function Answering({ referral }: { referral: LocalReferral }) {
  const { draft: told, put } = useDraft('told', referral.id, () => ({ status: null as Status | null, reason: null as string | null, text: '', who: '' }))
  const save = useSave()
  // Somebody else may have said more since this form was begun.
  const offered = options(referral.status)
  const status = offered.some((one) => one.value === told.status) ? told.status : null
  const reasons: Record<string, string> | null = status === 'declined' ? DECLINE_REASONS : status === 'ended' ? REFERRAL_ANSWERS : null
  const onSave = () => void save.run(async () => {
    if (status === null) return
    await tellAnswer({ ...told, status, referral_id: referral.id })
    saved()
    showToast({ text: t('Resposta anotada'), icon: 'note' })
    replace(`/encaminhamento/${referral.id}`)
  })
  const problem = problemOf(save.problems, 'reason')
  return (
    <Screen title={t('Resposta')} backTo={`/encaminhamento/${referral.id}`} quiet
      bottom={<Button kind="primary" icon="check" main name="save-answer" busy={save.busy} disabled={status === null} onPress={onSave}>{t('Salvar resposta')}</Button>}>
      <div class="stack">
        <p class="unit-name">{referral.unit_name ?? t('Unidade')}</p>
        <Tiles legend={t('O que a unidade disse?')} name="told-status" columns={2} value={status} options={offered}
          onChange={(next) => put({ status: next, reason: null })} />
        {reasons !== null && (
          <Tiles legend={status === 'declined' ? t('Por quê?') : t('O que foi feito?')} name="told-reason" value={told.reason}
            options={Object.entries(reasons).map(([value, label]) => ({ value, label: t(label) }))} onChange={(reason) => put({ reason })} />
        )}
        {problem && <Notice tone="bad" name="problems">{problem}</Notice>}
        {(reasons !== null || status === 'accepted') && (
          <TextField label={t('Explicação (se precisar)')} name="told-text" maxLength={500} value={told.text} error={problemOf(save.problems, 'text')} onInput={(text) => put({ text })} />
        )}
        {status !== null && (
          <TextField label={t('Quem respondeu, na unidade (se souber)')} hint={t('Cargo ou primeiro nome.')} name="told-who" capitalize maxLength={80} value={told.who}
            error={problemOf(save.problems, 'who')} onInput={(who) => put({ who })} />
        )}
      </div>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
