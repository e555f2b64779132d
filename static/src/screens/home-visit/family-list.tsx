import { useState } from 'preact/hooks'
import { MAX_CALLED } from '../../rules/home-visit'
import { households } from '../../store/state'
import { Button, dateOnly, Icon, t, TextField, tn } from '../../ui'
import { found } from '../place/search'

/** The visitor's own families, found by name without any signal; or a name that the team gives. */
export function FamilyList({ called, onPick, onName }: {
  called: string; onPick: (householdId: string) => void; onName: (called: string) => void
}) {
  const [query, setQuery] = useState('')
  const [name, setName] = useState(called)
  const all = [...households.value].sort((a, b) =>
    (a.next_visit_on ?? '9').localeCompare(b.next_visit_on ?? '9') || a.called.localeCompare(b.called, 'pt-BR'))
  const list = all.filter((family) => found(query, family.called))
  return (
    <>
      {all.length > 0 && (
        <TextField label={t('Procurar família')} type="search" inputMode="search" name="family-search" value={query} onInput={setQuery} />
      )}
      {all.length === 0 && <p class="empty">{t('Nenhuma família na sua lista.')}</p>}
      {all.length > 0 && list.length === 0 && <p class="empty">{t('Nenhuma família com esse nome.')}</p>}
      {list.length > 0 && (
        <ul class="list" data-name="families">
          {list.map((family) => (
            <li key={family.id}>
              <button type="button" class="row" data-name="family" data-id={family.id} onClick={() => onPick(family.id)}>
                <Icon name="home" />
                <span class="row-main">
                  <span class="row-title">{family.called}</span>
                  <span class="row-sub">
                    {[family.address_hint, family.members.length > 0 && tn('{n} pessoa', '{n} pessoas', family.members.length)].filter(Boolean).join(' · ')}
                  </span>
                  <span class="row-sub">{dates(family.next_visit_on, family.last_visit_on)}</span>
                </span>
                <Icon name="next" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form class="card stack" onSubmit={(event) => { event.preventDefault(); if (name.trim()) onName(name.trim()) }}>
        <TextField label={t('Não está na lista?')} hint={t('Dê um nome que a equipe entenda. Exemplo: casa azul da esquina.')} name="called"
          capitalize maxLength={MAX_CALLED} value={name} onInput={setName} />
        <Button icon="next" submit name="use-name" disabled={name.trim() === ''}>{t('Usar este nome')}</Button>
      </form>
    </>
  )
}

function dates(next: string | null, last: string | null): string {
  if (next !== null) return t('Próxima visita: {day}', { day: dateOnly(next) })
  return last === null ? t('Ainda sem visita') : t('Última visita: {day}', { day: dateOnly(last) })
}
