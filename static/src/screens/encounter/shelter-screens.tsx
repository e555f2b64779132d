import { useEffect, useState } from 'preact/hooks'
import type { Receives } from '../../contract/network'
import type { LonLat } from '../../map'
import { position } from '../../platform/position'
import { points, shift, units } from '../../store/state'
import { back, Button, go, replace, t } from '../../ui'
import { SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { freshFix } from '../place/place'
import { goingWords } from '../referral/refer-screen'
import { ReferralFields } from '../referral/referral-fields'
import { UnitPicker } from '../referral/unit-picker'
import type { Profile } from '../referral/units'
import { wishFor } from '../referral/wish'
import '../referral/referral.css'
import { bandOfEach } from './bands'
import { current, goOn, openDraft, tap } from './current'
import { isLate, type EncounterDraft } from './draft'
import { store } from './store-draft'

/** Opened straight at this address (a reload), the draft comes back from the disk first. */
function useDraft(): EncounterDraft | null {
  // What the save needs is here before the tap that asks for it.
  useEffect(() => { void import('../../actions/referral').catch(() => undefined) }, [])
  useEffect(() => { if (current.value === null) void openDraft().then(goOn); else goOn() }, [])
  return current.value
}

/** Fourth tap: where to. */
export function ShelterScreen() {
  const draft = useDraft()
  if (draft === null) return <Screen title={t('Abrigo')} backTo="/encontro" quiet>{null}</Screen>
  return <Shelters draft={draft} />
}

function Shelters({ draft }: { draft: EncounterDraft }) {
  const { bands, count } = draft.group
  const minors = bands.age_0_12 + bands.age_13_17
  const { referral } = draft
  const [profile, setProfile] = useState<Profile>({ people: count, said: referral?.profile ?? [], seen: seenIn(draft), purpose: referral?.purpose ?? null })
  const adults = bands.age_18_59 + bands.age_60_plus
  return (
    <Screen title={t('Para onde?')} backTo="/encontro" quiet>
      <UnitPicker profile={profile} from={whereabouts(draft)} onProfile={setProfile} who={[draft.person_id]}
        childAlone={adults === 0 && (draft.tile === 'child_or_adolescent' || (minors > 0 && minors === count))}
        onAccepted={(unit) => {
          tap({ tap: 'referral', referral: wishFor(unit, profile, referral) })
          // What the short form said of the night before this is said anew.
          if (draft.more?.shelter) tap({ tap: 'more', more: { ...draft.more, shelter: { answer: 'accepted', reason: null } } })
          go('/encontro/encaminhar')
        }}
        onDeclined={() => {
          tap({ tap: 'referral', referral: null })
          tap({ tap: 'outcome', outcome: 'declined_got_guidance' })
          if (draft.more?.shelter) tap({ tap: 'more', more: { ...draft.more, shelter: { answer: 'refused', reason: null } } })
          back('/encontro')
        }} />
    </Screen>
  )
}

/** Children that were counted among those met; a tile alone is not seen. */
const seenIn = ({ group: { bands } }: EncounterDraft): Receives[] => (bands.age_0_12 + bands.age_13_17 > 0 ? ['children'] : [])

/** Sixth tap: both are stored at once, the encounter and what follows from it. */
export function ConfirmScreen() {
  const draft = useDraft()
  const save = useSave()
  useEffect(() => { if (draft !== null && draft.referral === null) replace('/encontro/abrigo') }, [draft])
  if (draft === null || draft.referral === null) return <Screen title={t('Encaminhar')} backTo="/encontro/abrigo" quiet>{null}</Screen>
  const unit = units.value.find((one) => one.id === draft.referral!.unit_id)
  const onSave = () => {
    if (shift.value === null) go('/turno?para=encontro')
    else void save.run(() => store(draft))
  }
  return (
    <Screen title={t('Encaminhar')} backTo="/encontro/abrigo" quiet
      bottom={(
        <Button kind="primary" icon="check" main name="save-referral" busy={save.busy} onPress={onSave}>
          {shift.value === null ? t('Abrir o turno para salvar') : t('Salvar e encaminhar')}
        </Button>
      )}>
      <ReferralFields unit={unit} wish={draft.referral} problems={save.problems}
        seen={seenIn(draft)}
        group={bandOfEach(draft.group).map((age_band, at) => goingWords({ called: null, age_band }, at))}
        onChange={(referral) => tap({ tap: 'referral', referral })} onOtherUnit={() => back('/encontro/abrigo')} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}

/** Where distances are counted from: the place of the encounter, as far as the phone knows it. */
function whereabouts(draft: EncounterDraft): LonLat | null {
  const { place } = draft
  if (place.kind === 'map') return [place.lon, place.lat]
  if (place.kind === 'known_point') {
    const point = points.value.find((one) => one.id === place.point_id)
    return point === undefined ? null : [point.lon, point.lat]
  }
  const fix = isLate(draft) ? null : freshFix(position.value, Date.now()) ?? draft.last_fix
  return fix === null ? null : [fix.lon, fix.lat]
}
