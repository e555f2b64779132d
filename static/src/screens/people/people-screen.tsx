// Who the team knows: found by any name without signal, last met, near; beyond it by asking the city.
import { effect } from '@preact/signals'
import { useState } from 'preact/hooks'
import { searchCity, type CityAnswer } from '../../actions/people'
import { cards } from '../../store/people'
import { lock, session } from '../../store/state'
import { Button, go, Icon, Notice, say, t, TextField, Tiles, tn } from '../../ui'
import { Screen } from '../frame/screen'
import { regionHere } from './here'
import { byLastMet, searchPeople } from './index-of'
import { PersonRow } from './person-row'
import './people.css'

type List = 'last' | 'near'
const FIRST = 20
const FOUND = 8 // as many as a screen shows: the rest is drawn when asked for, so that the first are there at once
const ASKED_FROM = 3 // letters, as the server asks

export function PeopleScreen() {
  const [query, setQuery] = useState(lastQuery)
  const [list, setList] = useState<List>('last')
  const [shown, setShown] = useState(lastQuery.trim() ? FOUND : FIRST)
  const here = regionHere()
  const typed = query.trim()
  const near = here === null ? [] : cards.value.filter((card) => card.region_id === here)
  const found = typed ? searchPeople(typed, { region_id: here, most: 40 }) : byLastMet(list === 'near' ? near : cards.value)
  const put = (next: string) => {
    lastQuery = next
    setQuery(next)
    setShown(next.trim() ? FOUND : FIRST)
  }
  return (
    <Screen title={t('Pessoas')} backTo="/hoje"
      bottom={<Button icon="plus" main name="new-person" onPress={() => go('/pessoas/nova')}>{t('Pessoa nova')}</Button>}>
      <TextField label={t('Procurar por nome ou apelido')} type="search" inputMode="search" name="person-search" value={query} onInput={put} />
      {!typed && cards.value.length > 0 && (
        <Tiles legend={t('Quais pessoas')} hideLegend columns={2} name="people-list" value={list} onChange={(next) => { setList(next ?? 'last'); setShown(FIRST) }}
          options={[{ value: 'last', label: t('Recentes') }, { value: 'near', label: t('Perto daqui'), disabled: here === null }]} />
      )}
      {found.length > 0 && (
        <ul class="list" data-name="people" aria-label={typed ? t('Pessoas encontradas') : t('Pessoas que a equipe conhece')}>
          {found.slice(0, shown).map((person) => <PersonRow key={person.id} person={person} />)}
        </ul>
      )}
      {found.length > shown && <Button kind="quiet" name="more-people" onPress={() => setShown(shown + 50)}>{tn('Ver mais {n}', 'Ver mais {n}', found.length - shown)}</Button>}
      {found.length === 0 && (
        <p class="empty">{typed ? t('Ninguém com esse nome neste celular.')
          : list === 'near' ? t('Ninguém da lista foi visto nesta região.') : t('A lista vem da central. Quem a equipe encontrar aparece aqui.')}</p>
      )}
      {typed && <City key={typed} query={typed} />}
    </Screen>
  )
}

// Coming back from a page, the search is as it was left; it is memory only, and gone with the app.
let lastQuery = ''
effect(() => {
  if (lock.value || !session.value) lastQuery = ''
})

/** Asked only when told to: each question is noted, and says whom the worker looked for. */
function City({ query }: { query: string }) {
  const [answer, setAnswer] = useState<CityAnswer | 'asking' | null>(null)
  if (Array.from(query).length < ASKED_FROM) return <p class="hint">{t('Com três letras dá para procurar na cidade toda.')}</p>
  const search = async () => {
    setAnswer('asking')
    const next = await searchCity(query).catch((): CityAnswer => ({ kind: 'no_answer' }))
    setAnswer(next)
    if (next.kind === 'found') say(tn('{n} pessoa encontrada na cidade', '{n} pessoas encontradas na cidade', next.people.length))
  }
  return (
    <section class="stack" data-name="city">
      {(answer === null || answer === 'asking') && (
        <>
          <Button icon="search" name="search-city" busy={answer === 'asking'} onPress={() => void search()}>{t('Procurar na cidade')}</Button>
          <p class="hint">{t('Precisa de sinal. A procura fica registrada.')}</p>
        </>
      )}
      {answer !== null && answer !== 'asking' && <Answer answer={answer} onAgain={() => void search()} />}
    </section>
  )
}

function Answer({ answer, onAgain }: { answer: CityAnswer; onAgain: () => void }) {
  if (answer.kind === 'no_answer') {
    return (
      <Notice icon="noSignal" title={t('A central não respondeu')} name="city-silent"
        actions={<Button icon="again" name="search-city" onPress={onAgain}>{t('Tentar de novo')}</Button>} />
    )
  }
  if (answer.kind === 'refused') return <Notice tone="warn" title={t('A central não fez a procura')} name="city-refused">{answer.sentence}</Notice>
  const others = answer.people.filter((person) => !cards.value.some((card) => card.id === person.id || card.also.includes(person.id)))
  return (
    <>
      <h2 class="section">{t('Na cidade')}</h2>
      {others.length === 0 && <p class="empty">{t('Mais ninguém na cidade com esse nome.')}</p>}
      {others.length > 0 && (
        <ul class="list">
          {others.map((person) => <PersonRow key={person.id} person={person} name="city-person" onPick={() => go(`/pessoa/${person.id}`)} />)}
        </ul>
      )}
      {answer.more && <p class="hint"><Icon name="info" small /> {t('Há mais pessoas. Escreva mais letras do nome.')}</p>}
    </>
  )
}
