import { useState } from 'preact/hooks'
import { ENTRY_CONDITIONS, REFERRAL_PURPOSES, type EntryCondition, type ReferralPurpose } from '../../contract/network'
import type { Unit } from '../../contract/pull'
import type { LonLat } from '../../map'
import { wallTime } from '../../rules/hours'
import { me, people, units } from '../../store/state'
import { Badge, Button, CheckTiles, Icon, mark, Notice, Sheet, t, Tiles, tn, type IconName } from '../../ui'
import { cityNow } from './city-clock'
import { awayWords, callHref, limitsOf, openWords, roomWords, SAID } from './unit-words'
import { canReceive, isForTheNight, ordered, serves, suspensionsOf, type Ground, type Profile, type UnitView } from './units'

// Short, to be read in a row; the whole words stand above the list once one is chosen.
const PURPOSES: readonly { value: ReferralPurpose; label: string; icon: IconName }[] = [
  { value: 'place', label: mark('Pernoite'), icon: 'bed' },
  { value: 'service', label: mark('Atendimento'), icon: 'building' },
  { value: 'health', label: mark('Saúde'), icon: 'plus' },
  { value: 'documents', label: mark('Documentos'), icon: 'file' },
  { value: 'benefit', label: mark('Benefício'), icon: 'help' },
  { value: 'food', label: mark('Alimentação'), icon: 'home' },
  { value: 'work', label: mark('Trabalho'), icon: 'people' },
  { value: 'appointment', label: mark('Horário no CRAS ou CREAS'), icon: 'calendar' },
  { value: 'other', label: mark('Outro'), icon: 'other' },
]

function groundOf(from: LonLat | null, who: readonly (string | null | undefined)[]): Ground & { today: string } {
  const timeZone = me.value?.municipality.timezone
  const today = wallTime(cityNow.value, timeZone).slice(0, 10)
  return { from, now: cityNow.value, timeZone, today, holidays: me.value?.holidays ?? [], suspended: suspensionsOf(who, people.value, today) }
}

/** Two taps: the unit, and the person's own answer. A "não" is an answer as whole as a "sim". */
export function UnitPicker({ profile, from, who, childAlone, first, but, onProfile, onAccepted, onDeclined }: {
  profile: Profile; from: LonLat | null; childAlone: boolean
  who: readonly (string | null | undefined)[] // the known ones of those who go
  first?: string | null | undefined // proposed by the unit that had no room
  but?: string // not this one again
  onProfile: (profile: Profile) => void; onAccepted: (unit: Unit) => void; onDeclined: () => void
}) {
  const [asking, setAsking] = useState<UnitView | null>(null)
  const ground = groundOf(from, who)
  const list = ordered(units.value.filter((unit) => unit.id !== but), profile, ground)
  const fits = ({ unit }: UnitView) => (profile.purpose === null ? isForTheNight(unit) : serves(unit, profile.purpose))
  const proposed = list.filter((view) => view.unit.id === first)
  const rest = list.filter((view) => view.unit.id !== first)
  const groups = [
    { title: t('Sugerida'), views: proposed },
    { title: profile.purpose === null || profile.purpose === 'place' ? t('Para passar a noite') : t(REFERRAL_PURPOSES[profile.purpose]), views: rest.filter(fits) },
    { title: profile.purpose === null ? t('Outros serviços') : t('Outras unidades'), views: rest.filter((view) => !fits(view)) },
  ].filter((group) => group.views.length > 0)
  const council = units.value.find((unit) => unit.kind === 'guardianship_council' && unit.phone !== null)
  return (
    <>
      {childAlone && (
        <Notice tone="warn" name="child-alone" title={t('Criança ou adolescente sem adulto')}
          actions={council && <Button icon="phone" name="call-council" href={callHref(council.phone!)}>{t('Ligar para o Conselho')}</Button>}>
          {t('Não vai para abrigo de adultos. Chame o Conselho Tutelar e fique junto até a resposta.')}
        </Notice>
      )}
      <div class="chips">
        <Tiles legend={t('Para quê? (se quiser escolher)')} name="purpose" clearable value={profile.purpose}
          onChange={(purpose) => onProfile({ ...profile, purpose })} options={PURPOSES.map((one) => ({ ...one, label: t(one.label) }))} />
        <CheckTiles legend={t('Quem vai? Como a pessoa diz')} name="profile" values={profile.said}
          onChange={(said) => onProfile({ ...profile, said })} options={SAID.map(({ value, label }) => ({ value, label: t(label) }))} />
      </div>
      {list.length === 0 && <p class="empty">{t('Ainda não há abrigos neste celular. Eles chegam no próximo envio.')}</p>}
      {groups.map(({ title, views }) => (
        <section key={title}>
          <h2 class="section">{title}</h2>
          <ul class="list" data-name="units">
            {views.map((view) => (
              <li key={view.unit.id}>
                <button type="button" class={`row unit${canReceive(view) ? '' : ' doubt'}`} data-name="unit" data-id={view.unit.id} onClick={() => setAsking(view)}>
                  <Icon name={isForTheNight(view.unit) ? 'bed' : 'building'} />
                  <UnitSummary view={view} today={ground.today} />
                  <Icon name="next" />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Sheet open={asking !== null} title={t('A pessoa aceitou ir?')} name="accept-sheet" onClose={() => setAsking(null)}
        actions={(
          <div class="inline even">
            <Button icon="close" name="declined" onPress={() => { setAsking(null); onDeclined() }}>{t('Não')}</Button>
            <Button kind="primary" icon="check" main name="accepted" onPress={() => { if (asking) onAccepted(asking.unit) }}>{t('Sim')}</Button>
          </div>
        )}>
        {asking !== null && <UnitFacts view={asking} today={ground.today} />}
      </Sheet>
    </>
  )
}

function UnitSummary({ view, today }: { view: UnitView; today: string }) {
  const { unit } = view
  const line = [awayWords(view), openWords(view, today)].filter(Boolean).join(' · ')
  return (
    <span class="row-main">
      <span class="row-title">{unit.name}</span>
      {line && <span class="row-sub">{line}</span>}
      {showsRoom(view) && <span class="row-sub"><RoomBadge view={view} /></span>}
      {limitsOf(view).map((words) => (
        <span class="row-sub limit" key={words}><Icon name="needs" small /> {words}</span>
      ))}
    </span>
  )
}

/** A day service without a figure has no beds to speak of. */
const showsRoom = (view: UnitView) => view.free !== null || (isForTheNight(view.unit) && view.unit.has_desk)

export function RoomBadge({ view }: { view: UnitView }) {
  const tone = view.free === null || view.stale ? 'plain' : view.room ? 'ok' : 'warn'
  return (
    <Badge tone={tone} icon={view.free === null || view.stale ? 'clock' : view.room ? 'check' : 'close'}>{roomWords(view, cityNow.value)}</Badge>
  )
}

/** What the worker tells the person before asking. */
function UnitFacts({ view, today }: { view: UnitView; today: string }) {
  const { unit } = view
  const asked = unit.entry_conditions.flatMap((one) => (one in ENTRY_CONDITIONS ? [t(ENTRY_CONDITIONS[one as EntryCondition])] : []))
  return (
    <div class="stack">
      <p class="unit-name">{unit.name}</p>
      {showsRoom(view) && <p class="inline"><RoomBadge view={view} /></p>}
      {(unit.unconfirmed ?? 0) > 0 && <p class="hint">{tn('Mais {n} vaga não confirmada: ligue', 'Mais {n} vagas não confirmadas: ligue', unit.unconfirmed!)}</p>}
      {limitsOf(view).map((words) => <p class="limit" key={words}><Icon name="needs" small /> {words}</p>)}
      {unit.address && <p>{[unit.address, awayWords(view)].filter(Boolean).join(' · ')}</p>}
      {view.standing.admits !== null && <p>{openWords(view, today)}</p>}
      {unit.hours_text && <p class="hint">{unit.hours_text}</p>}
      {asked.length > 0 && <p class="hint">{t('Na porta: {what}', { what: asked.join(' · ') })}</p>}
      {!unit.has_desk && <p>{t('Ligue ou mostre o papel. Quando a unidade responder, anote aqui a resposta.')}</p>}
      {unit.phone && <Button icon="phone" href={callHref(unit.phone)}>{t('Ligar antes')}</Button>}
    </div>
  )
}
