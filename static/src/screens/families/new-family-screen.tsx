import { useState } from 'preact/hooks'
import { openFamily } from '../../actions/families'
import { checkMember, MAX_NAME, type FamilyDraft, type MemberDraft } from '../../rules/family'
import { records } from '../../store/state'
import { Button, Icon, Sheet, replace, showToast, t, TextField, type Params } from '../../ui'
import { presentOf } from '../encounter/present'
import { useDraft } from '../form/draft'
import { problemOf, type Problems } from '../form/problems'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { MemberFields, newMember } from './member-fields'
import { PlaceFields } from './place-fields'
import { MEMBER_ICONS, memberWords, today } from './words'
import '../encounter/encounter.css'
import './families.css'

// Those met together who are known by a name are proposed as its members; who stays is for the worker to say.
function membersFrom(encounterId: string | undefined): MemberDraft[] {
  const record = records.value.find((one) => one.id === encounterId)
  if (record?.type !== 'encounter') return []
  return presentOf(record).flatMap(({ called, person_id, age_band }) =>
    (called ? [newMember({ called, person_id, kind: age_band === 'age_0_12' || age_band === 'age_13_17' ? 'child' : 'adult' })] : []))
}

export function NewFamilyScreen({ params }: { params: Params }) {
  const { draft, put, drop } = useDraft<FamilyDraft>('family', params['encounter'] ?? '', () => ({ called: '', region_id: null, address_hint: '', members: membersFrom(params['encounter']) }))
  const [adding, setAdding] = useState<{ at: number; member: MemberDraft } | null>(null)
  const [wrong, setWrong] = useState<Problems>({})
  const save = useSave()
  // Without a name of its own a family goes by who belongs to it.
  const responsible = draft.members.find((member) => member.is_responsible) ?? draft.members.find((member) => member.kind !== 'child') ?? draft.members[0]
  const proposed = responsible ? t('Família de {name}', { name: responsible.called.trim() }).slice(0, MAX_NAME) : ''
  const onSave = () => void save.run(async () => {
    const id = await openFamily({ ...draft, called: draft.called.trim() || proposed })
    saved()
    drop()
    showToast({ text: t('Família guardada no aparelho') })
    replace(`/familia/${id}`)
  })
  const keepMember = () => {
    if (!adding) return
    const found = checkMember(adding.member, today())
    setWrong(found)
    if (Object.keys(found).length) return
    // One answers for the family at most: the last who was said to.
    const members = draft.members.map((member) => (adding.member.is_responsible ? { ...member, is_responsible: false } : member))
    members.splice(adding.at, 1, adding.member)
    put({ members })
    setAdding(null)
  }
  return (
    <Screen title={t('Nova família')} backTo="/hoje" quiet
      bottom={<Button kind="primary" icon="check" main name="save-family" busy={save.busy} onPress={onSave}>{t('Guardar família')}</Button>}>
      <section class="stack">
        <h2 class="section">{t('Quem é da família')}{draft.members.length > 0 && <small>{draft.members.length}</small>}</h2>
        {draft.members.length > 0 && (
          <ul class="list">
            {draft.members.map((member, at) => (
              <li key={at}>
                <button type="button" class="row" data-name="draft-member" onClick={() => { setWrong({}); setAdding({ at, member }) }}>
                  <Icon name={MEMBER_ICONS[member.kind!]} />
                  <span class="row-main"><span class="row-title">{member.called}</span><span class="row-sub">{memberWords({ ...member, kind: member.kind! })}</span></span>
                  <Icon name="edit" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <Button icon="plus" name="add-member" onPress={() => { setWrong({}); setAdding({ at: draft.members.length, member: newMember() }) }}>{t('Acrescentar pessoa')}</Button>
      </section>
      <TextField label={t('Nome da família')} hint={proposed ? t('Em branco, fica “{name}”.', { name: proposed }) : t('Um nome que a equipe entenda. Exemplo: casa azul da esquina.')}
        name="family-called" capitalize maxLength={MAX_NAME} value={draft.called} error={problemOf(save.problems, 'called')} onInput={(called) => put({ called })} />
      <PlaceFields hint={draft.address_hint} region={draft.region_id} error={problemOf(save.problems, 'address_hint')}
        onHint={(address_hint) => put({ address_hint })} onRegion={(region_id) => put({ region_id })} />
      <Sheet open={adding !== null} title={t('Pessoa da família')} name="member-sheet" onClose={() => setAdding(null)}
        actions={(
          <>
            <Button kind="primary" icon="check" main name="member-keep" onPress={keepMember}>{t('Pôr na família')}</Button>
            {adding && adding.at < draft.members.length && (
              <Button kind="danger" icon="remove" name="member-drop" onPress={() => { put({ members: draft.members.filter((_, at) => at !== adding.at) }); setAdding(null) }}>{t('Tirar')}</Button>
            )}
            <Button icon="back" onPress={() => setAdding(null)}>{t('Voltar')}</Button>
          </>
        )}>
        {adding && <MemberFields draft={adding.member} problems={wrong} onChange={(changed) => setAdding({ ...adding, member: { ...adding.member, ...changed } })} />}
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
