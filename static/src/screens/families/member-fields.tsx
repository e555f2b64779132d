import { useState } from 'preact/hooks'
import { MEMBER_KINDS, type MemberKind } from '../../contract/answers'
import { MAX_NAME, type MemberDraft } from '../../rules/family'
import { people } from '../../store/state'
import { Button, Icon, Switch, t, TextField, Tiles } from '../../ui'
import { problemOf, type Problems } from '../form/problems'
import { found } from '../place/search'
import { MEMBER_ICONS } from './words'

export const newMember = (change: Partial<MemberDraft> = {}): MemberDraft => ({
  member_id: null, called: '', kind: null, birth_on: null, due_on: null, is_responsible: false, person_id: null, ...change,
})

const KINDS = Object.keys(MEMBER_KINDS) as MemberKind[]
const SUGGESTED = 3

/** Name, what she is in the family, and the one date that matters for it. Nothing but name and kind is asked for. */
export function MemberFields({ draft, onChange, problems, only }: {
  draft: MemberDraft; onChange: (changed: Partial<MemberDraft>) => void; problems: Problems
  /** A birth: it is a child, and no one need say so. */
  only?: MemberKind
}) {
  const kind = only ?? draft.kind
  return (
    <div class="stack">
      <TextField label={only === 'child' ? t('Como se chama a criança?') : t('Como é chamada a pessoa?')} name="member-called" capitalize maxLength={MAX_NAME} value={draft.called}
        error={problemOf(problems, 'called')} onInput={(called) => onChange({ called })} />
      {!only && (
        <Tiles legend={t('Na família é')} columns={3} upright name="member-kind" value={draft.kind} onChange={(next) => onChange({ kind: next })}
          options={KINDS.map((value) => ({ value, label: t(MEMBER_KINDS[value]), icon: MEMBER_ICONS[value] }))} />
      )}
      {!only && problemOf(problems, 'kind') && <p class="error"><Icon name="needs" small /> {problemOf(problems, 'kind')}</p>}
      {kind === 'pregnant' && (
        <TextField label={t('Data prevista do parto')} hint={t('Se souber.')} type="date" name="member-due" value={draft.due_on ?? ''}
          error={problemOf(problems, 'due_on')} onInput={(day) => onChange({ due_on: day || null })} />
      )}
      {kind !== null && kind !== 'pregnant' && (
        <TextField label={t('Nascimento')} hint={t('Se souber.')} type="date" name="member-birth" value={draft.birth_on ?? ''}
          error={problemOf(problems, 'birth_on')} onInput={(day) => onChange({ birth_on: day || null })} />
      )}
      {kind !== null && kind !== 'child' && (
        <Switch label={t('É a pessoa responsável')} name="member-responsible" value={draft.is_responsible} onChange={(is_responsible) => onChange({ is_responsible })} />
      )}
      <KnownPerson draft={draft} onChange={onChange} />
    </div>
  )
}

// Somebody the team knows already is linked, never written twice.
function KnownPerson({ draft, onChange }: { draft: MemberDraft; onChange: (changed: Partial<MemberDraft>) => void }) {
  const [away, setAway] = useState(false)
  const linked = draft.person_id !== null
  const known = linked || away || draft.called.trim().length < 2 ? [] : people.value.filter((person) => found(draft.called, person.called)).slice(0, SUGGESTED)
  if (linked) {
    const person = people.value.find((one) => one.id === draft.person_id)
    return (
      <div class="inline" data-name="linked-person">
        <p class="hint"><Icon name="check" small /> {person ? t('É {name}, já atendida pela equipe', { name: person.called }) : t('Pessoa já atendida pela equipe')}</p>
        <Button kind="quiet" icon="undo" name="unlink-person" onPress={() => { setAway(true); onChange({ person_id: null }) }}>{t('Não é')}</Button>
      </div>
    )
  }
  if (!known.length) return null
  return (
    <ul class="list">
      {known.map((person) => (
        <li key={person.id}>
          <button type="button" class="row" data-name="known-person" onClick={() => onChange({ person_id: person.id })}>
            <Icon name="person" />
            <span class="row-main">
              <span class="row-title">{person.called}</span>
              <span class="row-sub">{t('Já atendida. É a mesma pessoa?')}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
