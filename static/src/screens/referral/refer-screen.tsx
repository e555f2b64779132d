import { useEffect, useState } from 'preact/hooks'
import { completeEncounter } from '../../actions'
import { sendReferral } from '../../actions/referral'
import { position } from '../../platform/position'
import { clearDraft, loadDraft, saveDraft } from '../../store/drafts'
import { records, units, type LocalRecord } from '../../store/state'
import { back, Button, Notice, replace, showToast, t, type Params } from '../../ui'
import type { ReferralWish } from '../encounter/draft'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { outcomeOf, peopleCountOf, situationOf } from '../frame/record-words'
import { Screen } from '../frame/screen'
import { freshFix } from '../place/place'
import { ReferralFields } from './referral-fields'
import { UnitPicker } from './unit-picker'
import './referral.css'

interface Kept { record_id: string; wish: ReferralWish }

/** A referral for an encounter or a visit that was saved before. */
export function ReferScreen({ params }: { params: Params }) {
  const record = records.value.find((one) => one.id === params['id'])
  if (record === undefined || !canSend(record)) {
    return (
      <Screen title={t('Encaminhar')} backTo="/hoje">
        <Notice title={t('Este registro não pode ser encaminhado')} />
      </Screen>
    )
  }
  return <Refer record={record} />
}

function canSend(record: LocalRecord): boolean {
  if (record.status !== 'valid' || record.state === 'withdrawn') return false
  return record.type === 'home_visit' || peopleCountOf(record) > 0
}

function Refer({ record }: { record: LocalRecord }) {
  const visit = record.type === 'home_visit'
  const people = visit ? 1 : peopleCountOf(record)
  const [profile, setProfile] = useState({ people, children: visit || situationOf(record) === 'family' || minors(record), animals: false })
  const [wish, setWish] = useState<ReferralWish | null>(null)
  const save = useSave()
  useEffect(() => {
    loadDraft<Kept>('referral').then((kept) => { if (kept?.record_id === record.id) setWish(kept.wish) }, () => undefined)
  }, [])
  const put = (next: ReferralWish | null) => {
    setWish(next)
    void (next === null ? clearDraft('referral') : saveDraft('referral', { record_id: record.id, wish: next })).catch(() => undefined)
  }
  const from = freshFix(position.value, Date.now())
  const onSave = () => void save.run(async () => {
    if (wish === null) return
    const { referral_id } = await sendReferral({
      ...(visit ? { visit_id: record.id } : { encounter_id: record.id }),
      unit_id: wish.unit_id, called: wish.called.trim() || null, people_count: wish.people_count, with_children: wish.with_children,
      with_animals: wish.with_animals, person_accepted: true, note: wish.note.trim() || null,
    })
    saved()
    await clearDraft('referral').catch(() => undefined)
    replace(`/encaminhamento/${referral_id}`)
  })
  const onDeclined = () => void save.run(async () => {
    if (!visit) await completeEncounter(record.id, { outcome: 'declined_got_guidance' })
    showToast({ text: visit ? t('Nada foi enviado') : t('Guardado: não aceitou, recebeu orientação') })
    back(`/registro/${record.id}`)
  })
  return (
    <Screen title={wish === null ? t('Para onde?') : t('Abrigo')} backTo={`/registro/${record.id}`} quiet
      bottom={wish !== null && (
        <Button kind="primary" icon="send" main name="save-referral" busy={save.busy} onPress={onSave}>{t('Encaminhar')}</Button>
      )}>
      {wish === null
        ? (
          <UnitPicker profile={profile} from={from === null ? null : [from.lon, from.lat]} onProfile={setProfile} onDeclined={onDeclined}
            childAlone={!visit && situationOf(record) === 'child_or_adolescent' && outcomeOf(record) !== 'council_called'}
            onAccepted={(unit) => put({
              unit_id: unit.id, called: '', note: '', people_count: people, with_children: profile.children, with_animals: profile.animals,
            })} />
        )
        : (
          <ReferralFields unit={units.value.find((one) => one.id === wish.unit_id)} wish={wish} problems={save.problems}
            onChange={put} onOtherUnit={() => put(null)} />
        )}
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}

function minors(record: LocalRecord): boolean {
  const people = record.type === 'encounter' ? record.body?.people ?? record.remote?.people ?? [] : []
  return people.some(({ age_band }) => age_band === 'age_0_12' || age_band === 'age_13_17')
}
