// Somebody, as far as this phone may know her: what she is called and since when, what is agreed, where she was met, what is missing.
import { useEffect, useState } from 'preact/hooks'
import { readPerson } from '../../actions/people'
import { CALLED_KINDS, OUTCOMES, TOLD_SOURCES } from '../../contract/terms'
import type { Person } from '../../contract/pull'
import { cardOf, toldAt, visit, type Card } from '../../store/people'
import { ficha, lock, me, session, tasks } from '../../store/state'
import { Badge, Button, Icon, Notice, age, dateOnly, dayAndTime, now, t, tn, type Params } from '../../ui'
import { beginFlag, fromPerson } from '../flag/from'
import { Screen } from '../frame/screen'
import { isStreetWorker } from '../frame/who'
import { MeetNow } from './meet-now'
import { NameSheet } from './name-sheet'
import { Called } from './person-row'
import { TakeBackSheet } from './take-back-sheet'
import { lastMetWords, whoWords } from './words'
import './people.css'

export function PersonScreen({ params }: { params: Params }) {
  const id = params['id'] ?? ''
  const card = cardOf(id)
  const asking = useVisit(id, card === null)
  if (!card) {
    return (
      <Screen title={t('Pessoa')} backTo="/pessoas">
        {asking ? <p class="empty">{t('Procurando na central…')}</p> : (
          <Notice title={t('Esta pessoa não está neste celular')} name="person-unknown">
            {t('O celular guarda só quem a equipe encontrou nos últimos dias. Procure por nome na cidade, com sinal.')}
          </Notice>
        )}
      </Screen>
    )
  }
  return <Known key={card.id} card={card} />
}

/** Asked once of the server: true while it may still answer. */
function useVisit(id: string, wanted: boolean): boolean {
  const [asking, setAsking] = useState(wanted)
  useEffect(() => {
    if (!wanted) return
    const worker = session.value?.worker.id
    void readPerson(id).catch(() => null).then((person) => {
      if (person && !lock.value && session.value?.worker.id === worker) visit(person)
      setAsking(false)
    })
  }, [id])
  return asking && wanted
}

function Known({ card }: { card: Card }) {
  const [naming, setNaming] = useState(false)
  const [wrong, setWrong] = useState<{ id: string; words: string } | null>(null)
  const who = whoWords(card)
  return (
    <Screen title={t('Pessoa')} backTo="/pessoas"
      bottom={(
        <>
          <Button icon="urgent" name="flag" onPress={() => beginFlag(fromPerson(card))}>{t('Alerta')}</Button>
          <Button name="agree" href={`#/combinar/pessoa/${card.id}`}>{t('Combinar')}</Button>
          {isStreetWorker() && <MeetNow personId={card.id} />}
        </>
      )}>
      <div class="person-head" data-name="person-head">
        <p class="person-called"><Called>{card.called}</Called></p>
        <p class="hint">{[t(CALLED_KINDS[card.called_kind]), who].filter(Boolean).join(' · ')}</p>
        <p class="hint">{lastMetWords(card)}</p>
        {(card.restricted || card.unsent.size > 0) && (
          <div class="inline">
            {card.restricted && <Badge tone="warn" icon="lock">{t('Cadastro sigiloso')}</Badge>}
            {card.unsent.size > 0 && <Badge icon="queued">{t('Há algo a enviar')}</Badge>}
          </div>
        )}
      </div>
      {card.restricted && <Notice tone="warn" icon="lock">{t('Só quem foi indicado vê esta pessoa. Não diga a ninguém onde ela está.')}</Notice>}
      <Agreed card={card} />
      <section>
        <h2 class="section">{t('Como é conhecida')}</h2>
        <ul class="list" data-name="ladder">
          {card.names.map((name) => (
            <li key={name.id}>
              {/* What stands under her own number is no step that could be taken back: the name that she was registered with. */}
              {name.id === card.id
                ? <div class="row" data-name="step" data-kind={name.kind}><Step name={name} /></div>
                : (
                  <button type="button" class="row" data-name="step" data-kind={name.kind} onClick={() => setWrong({ id: name.id, words: name.value })}>
                    <Step name={name} />
                    <span class="row-act">{t('Retirar')}</span>
                  </button>
                )}
            </li>
          ))}
        </ul>
        <div class="under"><Button icon="plus" name="tell-name" onPress={() => setNaming(true)}>{t('Outro nome')}</Button></div>
      </section>
      <FichaRow card={card} />
      <Contacts card={card} />
      {card.follows.length > 0 && (
        <section>
          <h2 class="section">{t('Quem acompanha')}</h2>
          <p class="card">{card.follows.join(', ')}</p>
        </section>
      )}
      <NameSheet card={card} open={naming} onClose={() => setNaming(false)} />
      <TakeBackSheet personId={card.id} told={wrong} onClose={() => setWrong(null)} />
    </Screen>
  )
}

function Step({ name }: { name: Person['names'][number] }) {
  const how = [t(CALLED_KINDS[name.kind]), t(TOLD_SOURCES[name.source]), name.certainty === 'unsure' && t('sem certeza')].filter(Boolean).join(' · ')
  return (
    <span class="row-main">
      <span class="row-title"><Called>{name.value}</Called></span>
      <span class="row-sub">{how}</span>
      {whenTold(name.id) && <span class="row-sub">{whenTold(name.id)}</span>}
    </span>
  )
}

const DAY_MS = 24 * 3600_000

function whenTold(id: string): string | null {
  const at = toldAt(id)
  if (at === null) return null
  const iso = new Date(at).toISOString()
  return now.value - at < 90 * DAY_MS ? dayAndTime(iso, me.value?.municipality.timezone) : dateOnly(iso.slice(0, 10))
}

function Agreed({ card }: { card: Card }) {
  const ids = new Set([card.id, ...card.also])
  const open = tasks.value.filter((task) => task.status === 'open' && task.person_id && ids.has(task.person_id)).sort((a, b) => a.due_on.localeCompare(b.due_on))
  if (!open.length) return null
  return (
    <section>
      <h2 class="section">{t('Combinado')}</h2>
      <ul class="list">
        {open.map((task) => (
          <li key={task.id}>
            <a class="row" href={`#/combinado/${task.id}`} data-name="person-task">
              <Icon name="calendar" />
              <span class="row-main">
                <span class="row-title">{task.what}</span>
                <span class="row-sub">{[dateOnly(task.due_on), task.due_time?.slice(0, 5), task.place_text].filter(Boolean).join(' · ')}</span>
              </span>
              <Icon name="next" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** How much of the ficha is answered, without a percentage: nothing of it is owed. */
function FichaRow({ card }: { card: Card }) {
  const fields = ficha.value?.groups.flatMap((group) => group.fields) ?? []
  if (!fields.length) return null
  const answered = fields.filter((field) => card.asked.includes(field.id) || field.id in card.told)
  // What helps to serve her; what is sensitive waits until she brings it up.
  const missing = fields.filter((field) => !field.sensitive && !answered.includes(field)).slice(0, 3).map((field) => field.label)
  const shown = answered.length === 0 ? t('Nada respondido ainda') : tn('{n} resposta', '{n} respostas', answered.length)
  return (
    <section>
      <h2 class="section">{t('Ficha')}<small>{t('Nada é obrigatório')}</small></h2>
      <a class="row list" href={`#/pessoa/${card.id}/ficha`} data-name="to-ficha">
        <Icon name="note" />
        <span class="row-main">
          <span class="row-title">{t('Ver e completar')}</span>
          <span class="row-sub">{shown}</span>
          {missing.length > 0 && <span class="row-sub">{t('Ainda sem resposta: {what}', { what: missing.join(', ') })}</span>}
        </span>
        <Icon name="next" />
      </a>
    </section>
  )
}

function contactWords(contact: Person['contacts'][number]): string {
  if (contact.kind === 'home_visit') return t('Visita')
  const outcome = contact.outcome && contact.outcome in OUTCOMES ? OUTCOMES[contact.outcome as keyof typeof OUTCOMES] : null
  return outcome ? t(outcome) : t('Encontro')
}

function Contacts({ card }: { card: Card }) {
  return (
    <section>
      <h2 class="section">{t('Últimos encontros')}</h2>
      {card.contacts.length === 0 && <p class="empty">{t('Nenhum encontro neste celular.')}</p>}
      {card.contacts.length > 0 && (
        <ul class="list" data-name="contacts">
          {card.contacts.map((contact) => (
            <li key={contact.id} class="row">
              <Icon name={contact.kind === 'home_visit' ? 'home' : 'street'} />
              <span class="row-main">
                <span class="row-title">{contactWords(contact)}</span>
                <span class="row-sub">
                  {[age(contact.at, now.value), contact.near, contact.by && t('por {name}', { name: contact.by.split(' ')[0]! })].filter(Boolean).join(' · ')}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
