import { useState } from 'preact/hooks'
import type { Unit } from '../../contract/pull'
import type { LonLat } from '../../map'
import { me, units } from '../../store/state'
import { Badge, Button, CheckTiles, Icon, Notice, now, Sheet, t } from '../../ui'
import { awayWords, callHref, limitsOf, mismatchWords, openWords, roomWords } from './unit-words'
import { canReceive, isForTheNight, ordered, type Profile, type UnitView } from './units'

const FRESH_MINUTES = 180

/** Two taps: the unit, and the person's own answer. A "não" is an answer as whole as a "sim". */
export function UnitPicker({ profile, from, childAlone, onProfile, onAccepted, onDeclined }: {
  profile: Profile; from: LonLat | null; childAlone: boolean
  onProfile: (profile: Profile) => void; onAccepted: (unit: Unit) => void; onDeclined: () => void
}) {
  const [asking, setAsking] = useState<UnitView | null>(null)
  const fresh = me.value?.settings.free_figure_minutes ?? FRESH_MINUTES
  const list = ordered(units.value, profile, from, now.value, fresh)
  const groups = [
    { title: t('Para passar a noite'), views: list.filter((view) => isForTheNight(view.unit)) },
    { title: t('Outros serviços'), views: list.filter((view) => !isForTheNight(view.unit)) },
  ].filter((group) => group.views.length > 0)
  const council = units.value.find((unit) => unit.kind === 'guardianship_council' && unit.phone !== null)
  const facts = [...(profile.children ? ['children' as const] : []), ...(profile.animals ? ['animals' as const] : [])]
  return (
    <>
      {childAlone && (
        <Notice tone="warn" name="child-alone" title={t('Criança ou adolescente sem adulto')}
          actions={council && <Button icon="phone" name="call-council" href={callHref(council.phone!)}>{t('Ligar para o Conselho')}</Button>}>
          {t('Não vai para abrigo de adultos. Chame o Conselho Tutelar e fique junto até a resposta.')}
        </Notice>
      )}
      <CheckTiles legend={t('Quem vai junto?')} hideLegend columns={2} name="profile" values={facts}
        onChange={(values) => onProfile({ ...profile, children: values.includes('children'), animals: values.includes('animals') })}
        options={[
          { value: 'children', label: t('Com crianças'), icon: 'child' },
          { value: 'animals', label: t('Com animais'), icon: 'animal' },
        ]} />
      {list.length === 0 && <p class="empty">{t('Ainda não há abrigos neste celular. Eles chegam no próximo envio.')}</p>}
      {groups.map(({ title, views }) => (
        <section key={title}>
          <h2 class="section">{title}</h2>
          <ul class="list" data-name="units">
            {views.map((view) => (
              <li key={view.unit.id}>
                <button type="button" class={`row unit${canReceive(view) ? '' : ' doubt'}`} data-name="unit" data-id={view.unit.id} onClick={() => setAsking(view)}>
                  <Icon name={isForTheNight(view.unit) ? 'bed' : 'building'} />
                  <UnitSummary view={view} />
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
        {asking !== null && <UnitFacts view={asking} />}
      </Sheet>
    </>
  )
}

function UnitSummary({ view }: { view: UnitView }) {
  const { unit } = view
  const line = [awayWords(view), openWords(view)].filter(Boolean).join(' · ')
  return (
    <span class="row-main">
      <span class="row-title">{unit.name}</span>
      {line && <span class="row-sub">{line}</span>}
      {showsRoom(view) && <span class="row-sub"><RoomBadge view={view} /></span>}
      {[...view.mismatches.map(mismatchWords), ...limitsOf(unit)].map((words) => (
        <span class="row-sub limit" key={words}><Icon name="needs" small /> {words}</span>
      ))}
    </span>
  )
}

/** A day service without a figure has no beds to speak of. */
const showsRoom = (view: UnitView) => view.free !== null || isForTheNight(view.unit)

function RoomBadge({ view }: { view: UnitView }) {
  const tone = view.free === null || view.stale ? 'plain' : view.room ? 'ok' : 'warn'
  return (
    <Badge tone={tone} icon={view.free === null || view.stale ? 'clock' : view.room ? 'check' : 'close'}>
      {roomWords(view, now.value)}{view.stale && `, ${t('confirme')}`}
    </Badge>
  )
}

/** What the worker tells the person before asking. */
function UnitFacts({ view }: { view: UnitView }) {
  const { unit } = view
  return (
    <div class="stack">
      <p class="unit-name">{unit.name}</p>
      {showsRoom(view) && <p class="inline"><RoomBadge view={view} /></p>}
      {[...view.mismatches.map(mismatchWords), ...limitsOf(unit)].map((words) => (
        <p class="limit" key={words}><Icon name="needs" small /> {words}</p>
      ))}
      {unit.address && <p>{[unit.address, awayWords(view)].filter(Boolean).join(' · ')}</p>}
      {unit.hours_text && <p class="hint">{unit.hours_text}</p>}
      {unit.phone && <Button icon="phone" href={callHref(unit.phone)}>{t('Ligar antes')}</Button>}
    </div>
  )
}
