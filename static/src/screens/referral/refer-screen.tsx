import { useEffect, useRef, useState } from 'preact/hooks'
import { completeEncounter } from '../../actions'
import { sendReferral } from '../../actions/referral'
import type { ReferralBody } from '../../contract/commands'
import { newId } from '../../contract/ids'
import type { Receives } from '../../contract/network'
import { AGE_BANDS, type AgeBand } from '../../contract/terms'
import { position } from '../../platform/position'
import { clearDraft, loadDraft, saveDraft } from '../../store/drafts'
import { presentOf } from '../../store/people'
import { households, records, referrals, units, type LocalHomeVisit, type LocalRecord, type LocalReferral } from '../../store/state'
import { back, Button, Notice, replace, showToast, t, type Params } from '../../ui'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { outcomeOf, peopleCountOf, situationOf } from '../frame/record-words'
import { Screen } from '../frame/screen'
import { freshFix } from '../place/place'
import { leftOf } from './left'
import { ReferralFields } from './referral-fields'
import { UnitPicker } from './unit-picker'
import type { Profile } from './units'
import { wishFor, wishOf, type ReferralWish } from './wish'
import './referral.css'

interface Kept { record_id: string; wish: ReferralWish }

/** A referral for an encounter or a visit that was saved before. */
export function ReferScreen({ params }: { params: Params }) {
  const record = records.value.find((one) => one.id === params['id'])
  if (record === undefined || !canSend(record)) return <NoSuch text={t('Este registro não pode ser encaminhado')} />
  const visit = record.type === 'home_visit'
  const present: readonly Going[] = record.type === 'encounter' ? presentOf(record) : familyOf(record)
  const situation = visit ? null : situationOf(record)
  return (
    <Refer key={record.id} of={record.id} backTo={`/registro/${record.id}`} from={visit ? { visit_id: record.id } : { encounter_id: record.id }} family={visit}
      people={record.type === 'encounter' ? Math.max(1, leftOf(record)) : 1} present={present}
      seen={present.some((one) => isMinor(one.age_band)) ? ['children'] : []} start={null} before={null}
      childAlone={situation === 'child_or_adolescent' && !visit && outcomeOf(record) !== 'council_called'}
      onDeclined={visit ? null : () => completeEncounter(record.id, { outcome: 'declined_got_guidance' })} />
  )
}

/** To another unit: the first had no room, said no, or was not where the person arrived. The chain is kept. */
export function RedirectScreen({ params }: { params: Params }) {
  const before = referrals.value.find((one) => one.id === params['id'])
  if (before === undefined || !(before.encounter_id ?? before.visit_id)) return <NoSuch text={t('Este encaminhamento não está mais neste celular')} />
  return (
    <Refer key={before.id} of={before.id} backTo={`/encaminhamento/${before.id}`} from={{ encounter_id: before.encounter_id, visit_id: before.visit_id }}
      people={before.people_count} present={before.people.map((one) => ({ participation_id: one.participation_id, person_id: one.person_id, called: one.called, age_band: null }))}
      seen={before.asked.with_children ? ['children'] : []} start={wishOf(before)} before={before} childAlone={false} family={before.visit_id !== null} onDeclined={null} />
  )
}

function NoSuch({ text }: { text: string }) {
  return <Screen title={t('Encaminhar')} backTo="/hoje"><Notice title={text} /></Screen>
}

function canSend(record: LocalRecord): boolean {
  if (record.status !== 'valid' || record.state === 'withdrawn') return false
  return record.type === 'home_visit' || peopleCountOf(record) > 0
}

const isMinor = (band: AgeBand | null) => band === 'age_0_12' || band === 'age_13_17'

interface Going { participation_id: string | null; person_id: string | null; called: string | null; age_band: AgeBand | null; is_child?: boolean }

/** Of a home visit: the family, as the phone holds it. */
function familyOf(record: LocalHomeVisit): Going[] {
  const home = households.value.find((one) => one.id === (record.body?.household_id ?? record.remote?.household_id))
  return (home?.members ?? []).map(({ person_id, called, kind }) => ({ participation_id: null, person_id, called, age_band: null, is_child: kind === 'child' }))
}

/** Whose place in the group it is, so that the worker knows whom she means. */
export const goingWords = (one: { called: string | null; age_band: AgeBand | null }, at: number): string =>
  one.called ?? [t('Pessoa {n}', { n: at + 1 }), one.age_band && t(AGE_BANDS[one.age_band])].filter(Boolean).join(' · ')

/**
 * For whom, as far as it was said: who was chosen; the one who was met; or those who were sent before. Of a family nobody is
 * taken for chosen: the visit was to all of them.
 */
function forWhom(present: readonly Going[], wish: ReferralWish, before: LocalReferral | null, family: boolean): readonly Going[] {
  const chosen = wish.people_at?.length ? wish.people_at.flatMap((at) => present[at] ?? [])
    : before !== null || (!family && present.length === 1 && wish.people_count === 1) ? present : []
  return chosen.slice(0, wish.people_count)
}

// Who stands in the record of an encounter is known by it; of a family, one without a page of her own only by her name.
const namedAs = ({ participation_id, person_id, called }: Going): ReferralBody['people'][number] =>
  ({ participation_id, person_id, called: participation_id === null && person_id === null ? called : null })

function Refer({ of, backTo, from, people, present, seen, start, before, childAlone, family, onDeclined }: {
  family: boolean
  of: string; backTo: string; from: { encounter_id?: string | null; visit_id?: string | null }
  people: number; present: readonly Going[]; seen: readonly Receives[]
  start: ReferralWish | null; before: LocalReferral | null; childAlone: boolean; onDeclined: (() => Promise<unknown>) | null
}) {
  const [profile, setProfile] = useState<Profile>({ people, said: start?.profile ?? [], seen, purpose: start?.purpose ?? null })
  const [wish, setWish] = useState<ReferralWish | null>(null)
  const [choosing, setChoosing] = useState(true)
  const save = useSave()
  const again = useRef<() => void>(() => undefined)
  useEffect(() => {
    loadDraft<Kept>('referral').then((kept) => {
      if (kept?.record_id !== of) return
      setWish(kept.wish)
      setChoosing(false)
    }, () => undefined)
  }, [])
  const put = (next: ReferralWish) => {
    setWish(next)
    void saveDraft('referral', { record_id: of, wish: next } satisfies Kept).catch(() => undefined)
  }
  const fix = freshFix(position.value, Date.now())
  // What failed is what is tried again: a save, or a "não".
  const run = (work: () => Promise<void>) => {
    again.current = () => void save.run(work)
    again.current()
  }
  const onSave = () => run(async () => {
    if (wish === null) return
    const going = forWhom(present, wish, before, family)
    const { referral_id } = await sendReferral({
      ...wish, ...from, person_accepted: true, people: going.map(namedAs), redirects_id: before?.id ?? null,
      with_children: wish.with_children || going.some((one) => one.is_child),
    })
    saved()
    await clearDraft('referral').catch(() => undefined)
    replace(`/encaminhamento/${referral_id}`)
  })
  const declined = () => run(async () => {
    await onDeclined?.()
    showToast({ text: onDeclined === null ? t('Nada foi enviado') : t('Guardado: não aceitou, recebeu orientação') })
    back(backTo)
  })
  return (
    <Screen title={wish === null || choosing ? t('Para onde?') : t('Encaminhar')} backTo={backTo} quiet
      bottom={wish !== null && !choosing && (
        <Button kind="primary" icon="send" main name="save-referral" busy={save.busy} onPress={onSave}>{t('Encaminhar')}</Button>
      )}>
      {wish === null || choosing
        ? (
          <UnitPicker profile={profile} from={fix === null ? null : [fix.lon, fix.lat]} onProfile={setProfile} onDeclined={declined} childAlone={childAlone}
            who={present.map((one) => one.person_id)} first={before?.proposed_unit_id ?? before?.next?.unit_id} {...(before ? { but: before.unit_id } : {})}
            onAccepted={(unit) => {
              put({ ...wishFor(unit, profile, wish ?? start), referral_id: wish?.referral_id ?? newId(Date.now()) })
              setChoosing(false)
            }} />
        )
        : (
          <ReferralFields unit={units.value.find((one) => one.id === wish.unit_id)} wish={wish} problems={save.problems} seen={seen} family={family}
            group={before === null ? present.map(goingWords) : []} onChange={put} onOtherUnit={() => {
              setProfile({ ...profile, said: wish.profile ?? [] })
              setChoosing(true)
            }} />
        )}
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={() => again.current()} onClose={save.dismiss} />
    </Screen>
  )
}
