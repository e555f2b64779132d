// Who was there: somebody known, somebody new, "pode ser", or nobody knows: mixed freely in one group, one person at a time.
import { useState } from 'preact/hooks'
import { MAX_NAME, type Present } from '../../actions/people'
import { AGE_BANDS, CALLED_KINDS, SEXES, type AgeBand, type CalledKind, type Sex } from '../../contract/terms'
import { cardOf, cards, presentOf, type Card, type There } from '../../store/people'
import type { LocalEncounter } from '../../store/state'
import { Button, Icon, Select, Switch, t, TextField, Tiles } from '../../ui'
import { regionHere, regionOf } from './here'
import { byLastMet, searchPeople } from './index-of'
import { alikeTo } from './like'
import { Called, PersonRow } from './person-row'
import './people.css'

/** What is being written of one who was there. `seen`: how old and of what sex she looked; null as it was. */
export interface WhoDraft extends Present { seen: { age_band: AgeBand | null; sex: Sex | null } | null }

const SUGGESTED = 4
const NEAR = 3

export const toSend = (drafts: readonly WhoDraft[]): WhoDraft[] => drafts.filter((one) => one.person_id !== null || one.called.trim() !== '' || one.seen !== null)

export function WhoFields({ record, drafts, onChange, error }: {
  record: LocalEncounter; drafts: readonly WhoDraft[]; onChange: (drafts: WhoDraft[]) => void; error?: string | null
}) {
  const there = presentOf(record)
  const open = there.filter((one) => one.person_id === null)
  const put = (one: There, changed: Partial<WhoDraft>) => {
    const before = draftOf(drafts, one)
    onChange([...drafts.filter((draft) => draft.participation_id !== one.participation_id), { ...before, ...changed }])
  }
  const [more, setMore] = useState(0)
  const shown = Math.max(1, open.filter((one) => drafts.some((draft) => draft.participation_id === one.participation_id)).length, more)
  const taken = new Set([...there.map((one) => one.person_id), ...drafts.map((draft) => draft.person_id)].filter((id): id is string => id !== null))
  const region = regionOf(record) ?? regionHere()
  return (
    <div class="stack">
      {there.filter((one) => one.person_id !== null).map((one) => (
        <p class="who-known" key={one.participation_id} data-name="who-known"><Icon name="check" small /> <Called>{one.called ?? t('Pessoa conhecida')}</Called>{one.certainty === 'possible' && ` · ${t('pode ser')}`}</p>
      ))}
      {open.slice(0, shown).map((one) => (
        <OnePerson key={one.participation_id} n={there.length > 1 ? there.indexOf(one) + 1 : null} there={one} draft={draftOf(drafts, one)} taken={taken} region={region} describable={record.body !== null}
          onChange={(changed) => put(one, changed)} />
      ))}
      {open.length === 0 && <p class="hint">{t('Todas as pessoas deste encontro já estão ligadas.')}</p>}
      {error && <p class="error"><Icon name="needs" small /> {error}</p>}
      {shown < open.length && <Button icon="plus" name="more-names" onPress={() => setMore(shown + 1)}>{t('Outra pessoa')}</Button>}
    </div>
  )
}

const draftOf = (drafts: readonly WhoDraft[], one: There): WhoDraft =>
  drafts.find((draft) => draft.participation_id === one.participation_id)
  ?? { participation_id: one.participation_id, person_id: null, certainty: 'sure', called: '', called_kind: 'nickname', seen: null }

function OnePerson({ n, there, draft, taken, region, describable, onChange }: {
  n: number | null; describable: boolean; there: There; draft: WhoDraft; taken: ReadonlySet<string>; region: string | null; onChange: (changed: Partial<WhoDraft>) => void
}) {
  const [looking, setLooking] = useState(false)
  const which = n === null ? t('Nome ou apelido') : t('Nome ou apelido da pessoa {n}', { n })
  if (draft.person_id !== null) {
    const card = cardOf(draft.person_id)
    return (
      <div class="present" data-name="present" data-linked>
        <div class="row">
          <Icon name="check" />
          <span class="row-main">
            {n !== null && <span class="row-sub">{t('Pessoa {n}', { n })}</span>}
            <span class="row-title"><Called>{card?.called ?? t('Pessoa conhecida')}</Called></span>
            <span class="row-sub">{t('Pessoa já atendida pela equipe')}</span>
          </span>
          <Button kind="quiet" name="unpick" onPress={() => onChange({ person_id: null, called: '', certainty: 'sure' })}>{t('Trocar')}</Button>
        </div>
        <Switch label={t('Pode ser, não tenho certeza')} name="possible" value={draft.certainty === 'possible'} onChange={(possible) => onChange({ certainty: possible ? 'possible' : 'sure' })} />
      </div>
    )
  }
  const written = draft.called.trim()
  const seen = draft.seen ?? { age_band: there.age_band, sex: there.sex }
  const pick = (card: Card) => onChange({ person_id: card.id, called: '', certainty: 'sure', seen: null })
  return (
    <div class={n === null ? 'stack' : 'present'} data-name="present">
      <TextField label={which} hint={there.age_band === null ? undefined : t(AGE_BANDS[there.age_band])} name="called" capitalize maxLength={MAX_NAME}
        value={draft.called} onInput={(called) => onChange({ called })} />
      <Known written={written} taken={taken} region={region} seen={seen} onPick={pick} />
      {written !== '' && (
        <Select label={t('Esse nome é')} name="called-kind" value={draft.called_kind} onChange={(kind) => onChange({ called_kind: kind ?? 'nickname' })}
          options={Object.entries(CALLED_KINDS).map(([value, label]) => ({ value: value as CalledKind, label: t(label) }))} />
      )}
      {describable && !looking && <Button kind="quiet" icon="show" name="seen" onPress={() => setLooking(true)}>{t('Marcar idade e sexo que parece ter')}</Button>}
      {looking && (
        <>
          <Tiles legend={t('Idade, se deu para ver')} columns={2} clearable name="seen-band" value={seen.age_band} onChange={(age_band) => onChange({ seen: { ...seen, age_band } })}
            options={Object.entries(AGE_BANDS).map(([value, label]) => ({ value: value as AgeBand, label: t(label) }))} />
          <Tiles legend={t('Sexo aparente')} columns={2} clearable name="seen-sex" value={seen.sex} onChange={(sex) => onChange({ seen: { ...seen, sex } })}
            options={Object.entries(SEXES).map(([value, label]) => ({ value: value as Sex, label: t(label) }))} />
        </>
      )}
    </div>
  )
}

/** Before a letter is written, who was last met around here; then who is called so, or nearly, and why it may be she. */
function Known({ written, taken, region, seen, onPick }: {
  written: string; taken: ReadonlySet<string>; region: string | null; seen: NonNullable<WhoDraft['seen']>; onPick: (card: Card) => void
}) {
  const free = (card: Card): boolean => !taken.has(card.id) && !card.also.some((id) => taken.has(id))
  let list: { card: Card; why: string | null }[]
  if (written.length < 2) {
    list = region === null ? [] : byLastMet(cards.value.filter((card) => card.region_id === region && free(card))).slice(0, NEAR).map((card) => ({ card, why: null }))
  } else {
    const alike = alikeTo({ names: [written], age_band: seen.age_band, sex: seen.sex, region_id: region }, SUGGESTED)
    const why = new Map(alike.map((each) => [each.card.id, t('Parece: {why}', { why: each.why })]))
    const found = searchPeople(written, { region_id: region, most: SUGGESTED })
    const all = [...alike.map((each) => each.card), ...found.filter((card) => !why.has(card.id))]
    list = all.filter(free).slice(0, SUGGESTED).map((card) => ({ card, why: why.get(card.id) ?? null }))
  }
  if (!list.length) return null
  return (
    <section class="stack">
      <p class="hint" aria-live="polite">{written.length < 2 ? t('Vistas por último nesta região:') : t('Já atendida. É a mesma pessoa?')}</p>
      <ul class="list">
        {list.map(({ card, why }) => <PersonRow key={card.id} person={card} name="known-person" why={why} onPick={() => onPick(card)} />)}
      </ul>
    </section>
  )
}
