import { AGE_BANDS, CALLED_KINDS, type AgeBand, type CalledKind } from '../../contract/terms'
import { MAX_CALLED } from '../../rules/home-visit'
import { people, type LocalEncounter } from '../../store/state'
import { Button, Icon, Select, t, TextField } from '../../ui'
import { found } from '../place/search'

export interface NameDraft {
  participation_id: string
  called: string
  called_kind: CalledKind
  person_id: string | null
}

const SUGGESTED = 3

export function namesToSend(names: NameDraft[]) {
  return names.filter((one) => one.called.trim() !== '').map(({ person_id, called, ...rest }) => ({
    ...rest, called: called.trim(), ...(person_id === null ? {} : { person_id }),
  }))
}

/** One person at a time; in a group, more on request. A name typed here is what the person answers to, not a document. */
export function NameFields({ record, count, names, onChange, error }: {
  record: LocalEncounter; count: number; names: NameDraft[]; onChange: (names: NameDraft[]) => void; error?: string | null
}) {
  const present = record.body?.people ?? record.remote?.people ?? []
  const draftOf = (i: number): NameDraft =>
    names[i] ?? { participation_id: present[i]!.participation_id, called: '', called_kind: 'alias', person_id: null }
  const put = (i: number, changed: Partial<NameDraft>) => {
    const next = [...names]
    next[i] = { ...draftOf(i), ...changed }
    onChange(next)
  }
  const shown = Math.min(Math.max(1, names.length), present.length)
  return (
    <div class="stack">
      {Array.from({ length: shown }, (_, i) => (
        <OnePerson key={present[i]!.participation_id} n={count > 1 ? i + 1 : null} band={present[i]!.age_band}
          name={draftOf(i)} onChange={(changed) => put(i, changed)} />
      ))}
      {error && <p class="error"><Icon name="needs" small /> {error}</p>}
      {shown < present.length && (
        <Button icon="plus" name="more-names" onPress={() => put(shown, {})}>{t('Outra pessoa')}</Button>
      )}
    </div>
  )
}

function OnePerson({ n, band, name, onChange }: {
  n: number | null; band: AgeBand | null; name: NameDraft; onChange: (changed: Partial<NameDraft>) => void
}) {
  const known = name.called.trim().length < 2 || name.person_id !== null ? []
    : people.value.filter((person) => found(name.called, person.called)).slice(0, SUGGESTED)
  const which = n === null ? t('Nome ou apelido') : t('Nome ou apelido da pessoa {n}', { n })
  return (
    <div class="stack">
      <TextField label={which} hint={band === null ? undefined : t(AGE_BANDS[band])} name="called" capitalize maxLength={MAX_CALLED}
        value={name.called} onInput={(called) => onChange({ called, person_id: null })} />
      {known.length > 0 && (
        <ul class="list">
          {known.map((person) => (
            <li key={person.id}>
              <button type="button" class="row" data-name="known-person"
                onClick={() => onChange({ called: person.called, called_kind: person.called_kind, person_id: person.id })}>
                <Icon name="person" />
                <span class="row-main">
                  <span class="row-title">{person.called}</span>
                  <span class="row-sub">{t('Já atendida. É a mesma pessoa?')}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {name.person_id !== null && <p class="hint"><Icon name="check" small /> {t('Pessoa já atendida pela equipe')}</p>}
      {name.person_id === null && name.called.trim() !== '' && (
        <Select label={t('Esse nome é')} name="called-kind" value={name.called_kind}
          onChange={(kind) => onChange({ called_kind: kind ?? 'alias' })}
          options={Object.entries(CALLED_KINDS).map(([value, label]) => ({ value: value as CalledKind, label: t(label) }))} />
      )}
    </div>
  )
}
