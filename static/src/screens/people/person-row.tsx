import type { ComponentChildren } from 'preact'
import type { Person } from '../../contract/pull'
import { Badge, Icon, t } from '../../ui'
import { lastMetWords, otherNames, whoWords } from './words'

/** Some names run from right to left: each keeps its own direction. */
export const Called = ({ children }: { children: string }) => <bdi>{children}</bdi>

function Inside({ person, why }: { person: Person; why?: ComponentChildren }) {
  const others = otherNames(person)
  const who = whoWords(person)
  return (
    <>
      <Icon name={person.age_band === 'age_0_12' || person.age_band === 'age_13_17' ? 'child' : 'person'} />
      <span class="row-main">
        <span class="row-title"><Called>{person.called}</Called></span>
        {others && <span class="row-sub"><bdi>{others}</bdi></span>}
        {who && <span class="row-sub">{who}</span>}
        <span class="row-sub">{lastMetWords(person)}</span>
        {why && <span class="row-why">{why}</span>}
        {person.restricted && <Badge tone="warn" icon="lock">{t('Cadastro sigiloso')}</Badge>}
      </span>
    </>
  )
}

export function PersonRow({ person, onPick, why, name = 'person' }: {
  person: Person; onPick?: (() => void) | undefined; why?: ComponentChildren; name?: string
}) {
  return (
    <li>
      {onPick
        ? <button type="button" class="row" data-name={name} data-id={person.id} onClick={onPick}><Inside person={person} why={why} /></button>
        : <a class="row" href={`#/pessoa/${person.id}`} data-name={name} data-id={person.id}><Inside person={person} /><Icon name="next" /></a>}
    </li>
  )
}
