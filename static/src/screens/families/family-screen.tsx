// A family: who belongs to it, where it lives (in words), what was agreed, what changed.
import { useState } from 'preact/hooks'
import type { HouseholdMember } from '../../contract/pull'
import { isPastDue } from '../../rules/family'
import { byDue } from '../../rules/task'
import { households, outbox, regions, tasks } from '../../store/state'
import { Button, Icon, Notice, Sheet, dateOnly, t, type IconName, type Params } from '../../ui'
import { Screen } from '../frame/screen'
import { sendState } from '../frame/states'
import { StateBadge } from '../frame/state-badge'
import { isHomeVisitor } from '../frame/who'
import { TaskRow } from '../tasks/row'
import { EventSheet, type Opened } from './event-sheet'
import { MEMBER_ICONS, memberWords, today } from './words'
import '../encounter/encounter.css'
import '../referral/referral.css'
import './families.css'

export function FamilyScreen({ params }: { params: Params }) {
  const [opened, setOpened] = useState<Opened | null>(null)
  const [turn, setTurn] = useState(0)
  const [chosen, setChosen] = useState<HouseholdMember | null>(null)
  const home = households.value.find((one) => one.id === params['id'])
  if (!home) {
    return (
      <Screen title={t('Família')} backTo="/hoje">
        <Notice title={t('Esta família não está mais neste celular')}>{t('Ela pode ter mudado de equipe ou o acompanhamento foi encerrado.')}</Notice>
      </Screen>
    )
  }
  const show = (next: Opened) => { setChosen(null); setTurn(turn + 1); setOpened(next) }
  const region = regions.value.find((one) => one.id === home.region_id)?.name
  const unsent = outbox.value.find((item) => item.record_id === home.id && item.state !== 'delivered' && item.state !== 'withdrawn')
  const agreed = tasks.value.filter((task) => task.household_id === home.id && task.status === 'open').sort(byDue)
  const events: { event: Opened['event']; icon: IconName; label: string; off?: boolean }[] = [
    { event: 'moved', icon: 'pin', label: t('Mudou de endereço') },
    { event: 'came', icon: 'plus', label: t('Chegou alguém') },
    { event: 'left', icon: 'leave', label: t('Saiu alguém'), off: home.members.length === 0 },
    { event: 'divided', icon: 'people', label: t('Dividiu'), off: home.members.length < 2 },
    { event: 'joined', icon: 'family', label: t('Juntou com outra'), off: households.value.length < 2 },
    { event: 'closed', icon: 'close', label: t('Encerrar') },
  ]
  return (
    <Screen title={t('Família')} backTo="/hoje"
      bottom={(
        <>
          <Button icon="calendar" main={!isHomeVisitor()} href={`#/combinar/familia/${home.id}`} name="agree">{t('Combinar')}</Button>
          {isHomeVisitor() && <Button kind="primary" main icon="home" href={`#/visita/${home.id}`} name="visit">{t('Nova visita')}</Button>}
        </>
      )}>
      <div class="card going" data-name="family-card">
        <Icon name="home" />
        <div class="row-main">
          <p class="row-title">{home.called}</p>
          {(home.address_hint || region) && <p class="row-sub">{[home.address_hint, region].filter(Boolean).join(' · ')}</p>}
          {unsent && <p class="row-state"><StateBadge state={sendState(unsent.state)} /></p>}
        </div>
        <Button kind="quiet" icon="edit" name="rename" onPress={() => show({ event: 'corrected' })}>{t('Nome')}</Button>
      </div>
      {(home.next_visit_on ?? home.last_visit_on) && (
        <p class="inline"><Icon name="calendar" /> {home.next_visit_on
          ? home.next_visit_on < today() ? t('A visita era em {day}', { day: dateOnly(home.next_visit_on) }) : t('Próxima visita: {day}', { day: dateOnly(home.next_visit_on) })
          : t('Última visita: {day}', { day: dateOnly(home.last_visit_on!) })}</p>
      )}
      <section class="stack">
        <h2 class="section">{t('Quem é da família')}{home.members.length > 0 && <small>{home.members.length}</small>}</h2>
        {!home.members.length && <p class="empty">{t('Ainda não se sabe quem é da família.')}</p>}
        {home.members.length > 0 && (
          <ul class="list">
            {home.members.map((member) => (
              <li key={member.id}>
                <button type="button" class="row" data-name="member" data-id={member.id} data-kind={member.kind} onClick={() => setChosen(member)}>
                  <Icon name={MEMBER_ICONS[member.kind]} />
                  <span class="row-main">
                    <span class="row-title">{member.called}</span>
                    <span class="row-sub">{memberWords(member)}</span>
                    {member.kind === 'pregnant' && member.due_on && isPastDue(member.due_on, today()) && <span class="row-sub">{t('Toque para dizer que nasceu.')}</span>}
                  </span>
                  <Icon name="next" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </section>
      {agreed.length > 0 && (
        <section><h2 class="section">{t('Combinados')}</h2><ul class="list">{agreed.map((task) => <TaskRow key={task.id} task={task} />)}</ul></section>
      )}
      <section class="stack" data-name="events">
        <h2 class="section">{t('O que mudou?')}</h2>
        <div class="follow">
          {events.filter((one) => !one.off).map(({ event, icon, label }) => (
            <button key={event} type="button" class="follow-tile" data-name={`event-${event}`} onClick={() => show({ event } as Opened)}>
              <Icon name={icon} /><span>{label}</span>
            </button>
          ))}
        </div>
      </section>
      <Sheet open={chosen !== null} title={chosen?.called ?? ''} name="member-sheet" onClose={() => setChosen(null)}
        actions={<Button icon="back" onPress={() => setChosen(null)}>{t('Voltar')}</Button>}>
        {chosen && (
          <div class="stack">
            <p class="hint">{memberWords(chosen)}</p>
            {chosen.person_id && <Button icon="person" href={`#/pessoa/${chosen.person_id}`} name="member-person">{t('Ver a pessoa')}</Button>}
            {chosen.kind === 'pregnant' && <Button kind="primary" icon="child" name="member-birth" onPress={() => show({ event: 'birth', member: chosen })}>{t('Nasceu')}</Button>}
            <Button icon="edit" name="member-edit" onPress={() => show({ event: 'changed', member: chosen })}>{t('Corrigir')}</Button>
            <Button icon="leave" name="member-left" onPress={() => show({ event: 'left', member: chosen })}>{t('Saiu da família')}</Button>
          </div>
        )}
      </Sheet>
      {opened && <EventSheet key={turn} home={home} opened={opened} onClose={() => setOpened(null)} />}
    </Screen>
  )
}
