import { useState } from 'preact/hooks'
import { households } from '../../store/state'
import { Button, Icon, t, TextField, tn } from '../../ui'
import { Screen } from '../frame/screen'
import { found } from '../place/search'

/** All families of this phone, found by their name or by who belongs to them. */
export function FamiliesScreen() {
  const [query, setQuery] = useState('')
  const all = [...households.value].sort((a, b) => a.called.localeCompare(b.called, 'pt-BR'))
  const list = all.filter((home) => found(query, [home.called, home.address_hint, ...home.members.map((member) => member.called)].join(' ')))
  return (
    <Screen title={t('Famílias')} backTo="/hoje"
      bottom={<Button kind="primary" main icon="plus" href="#/familia/nova" name="new-family">{t('Nova família')}</Button>}>
      {all.length > 3 && <TextField label={t('Procurar família')} type="search" inputMode="search" name="family-search" value={query} onInput={setQuery} />}
      {!all.length && <p class="empty">{t('Nenhuma família na sua lista.')}</p>}
      {all.length > 0 && !list.length && <p class="empty">{t('Nenhuma família com esse nome.')}</p>}
      {list.length > 0 && (
        <ul class="list">
          {list.map((home) => (
            <li key={home.id}>
              <a class="row" href={`#/familia/${home.id}`} data-name="family" data-id={home.id}>
                <Icon name="home" />
                <span class="row-main">
                  <span class="row-title">{home.called}</span>
                  <span class="row-sub">{[home.address_hint, home.members.length > 0 && tn('{n} pessoa', '{n} pessoas', home.members.length)].filter(Boolean).join(' · ')}</span>
                </span>
                <Icon name="next" />
              </a>
            </li>
          ))}
        </ul>
      )}
    </Screen>
  )
}
