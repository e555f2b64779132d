// What happened to a family, one event at a time. Each sheet keeps one change of its own.
import { useEffect } from 'preact/hooks'
import { openForm } from '../../actions'
import { changeFamily, noteBirth, type Changed } from '../../actions/families'
import type { Household, HouseholdMember } from '../../contract/pull'
import { CLOSE_REASONS, LEAVE_REASONS, type CloseReason, type LeaveReason } from '../../contract/answers'
import { MAX_NAME, type MemberDraft } from '../../rules/family'
import { households } from '../../store/state'
import { Button, CheckTiles, Sheet, Tiles, replace, showToast, t, TextField } from '../../ui'
import { useDraft } from '../form/draft'
import { problemOf } from '../form/problems'
import { SaveFailedSheet, saved, useSave } from '../form/save'
import { MemberFields, newMember } from './member-fields'
import { PlaceFields } from './place-fields'
import { MEMBER_ICONS, today } from './words'

export type Opened =
  | { event: 'corrected' | 'moved' | 'came' | 'divided' | 'joined' | 'closed' }
  | { event: 'left'; member?: HouseholdMember }
  | { event: 'changed' | 'birth'; member: HouseholdMember }

function titleOf(opened: Opened): string {
  switch (opened.event) {
    case 'corrected': return t('Nome da família')
    case 'moved': return t('Mudou de endereço')
    case 'came': return t('Chegou alguém')
    case 'changed': return opened.member.called
    case 'birth': return t('Nasceu')
    case 'left': return t('Saiu alguém')
    case 'divided': return t('A família se dividiu')
    case 'joined': return t('Juntou com outra família')
    case 'closed': return t('Encerrar o acompanhamento')
  }
}

const beginning = (opened: Opened): MemberDraft =>
  opened.event === 'changed' ? { ...opened.member, member_id: opened.member.id }
    : newMember(opened.event === 'birth' ? { kind: 'child', birth_on: today() } : {})

interface Draft {
  called: string; hint: string; region: string | null; member: MemberDraft; chosen: string[]; other: string | null; leave: LeaveReason | null; close: CloseReason | null
}
const blank = (home: Household, opened: Opened): Draft => ({
  called: opened.event === 'corrected' ? home.called : '', hint: '', region: opened.event === 'moved' ? home.region_id : null, member: beginning(opened),
  chosen: opened.event === 'left' && opened.member ? [opened.member.id] : [], other: null, leave: null, close: null,
})

/** A new one for each event (its key): nothing of the last one stays in it. */
export function EventSheet({ home, opened, onClose: shut }: { home: Household; opened: Opened; onClose: () => void }) {
  const { draft, put, drop } = useDraft('family_event', [home.id, opened.event, 'member' in opened ? opened.member?.id : ''].join(' '), () => blank(home, opened))
  const { called, hint, region, member, chosen, other, leave, close } = draft
  useEffect(() => openForm(), [])
  const onClose = shut // a tap beside the sheet takes nothing of what was typed
  const save = useSave()
  const others = households.value.filter((one) => one.id !== home.id)
  // The reason goes in its Portuguese words, whatever language the phone speaks: it is read by others.
  const change = (): Promise<Changed> => {
    switch (opened.event) {
      case 'corrected': return changeFamily(home.id, { kind: 'corrected', called })
      case 'moved': return changeFamily(home.id, { kind: 'moved', address_hint: hint, region_id: region })
      case 'came': return changeFamily(home.id, { kind: 'member_came', member })
      case 'changed': return changeFamily(home.id, { kind: 'member_changed', member })
      case 'birth': return noteBirth(home.id, opened.member, member)
      case 'left': return changeFamily(home.id, { kind: 'member_left', member_ids: chosen, reason: leave && LEAVE_REASONS[leave] })
      case 'divided': return changeFamily(home.id, { kind: 'divided', member_ids: chosen, called, address_hint: hint, region_id: region })
      case 'joined': return changeFamily(home.id, { kind: 'joined', other_id: other! })
      case 'closed': return changeFamily(home.id, { kind: 'closed', reason: close && CLOSE_REASONS[close] })
    }
  }
  const onSave = () => void save.run(async () => {
    const { undo } = await change()
    saved()
    drop()
    const takeBack = async () => {
      const gone = await undo().catch(() => false)
      showToast(gone ? { text: t('Desfeito. A família está como antes.'), icon: 'undo' } : { text: t('A mudança já foi enviada: não dá mais para desfazer.'), icon: 'info' })
    }
    showToast({ text: t('Guardado no aparelho'), seconds: 10, action: { label: t('Desfazer'), run: () => void takeBack() } })
    onClose()
    if (opened.event === 'closed') replace('/hoje')
  })
  const ready = opened.event === 'left' ? chosen.length > 0
    : opened.event === 'divided' ? chosen.length > 0 && chosen.length < home.members.length
    : opened.event === 'joined' ? other !== null
    : opened.event === 'moved' ? hint.trim() !== '' || region !== home.region_id : true
  const members = home.members.map((one) => ({ value: one.id, label: one.called, icon: MEMBER_ICONS[one.kind] }))
  return (
    <>
      <Sheet open title={titleOf(opened)} name="event-sheet" onClose={onClose}
        actions={(
          <div class="inline even">
            <Button name="event-back" onPress={onClose}>{t('Voltar')}</Button>
            <Button kind={opened.event === 'closed' ? 'danger' : 'primary'} icon="check" main busy={save.busy} disabled={!ready} name="event-save" onPress={onSave}>
              {opened.event === 'closed' ? t('Encerrar') : t('Guardar')}
            </Button>
          </div>
        )}>
        {opened.event === 'corrected' && (
          <TextField label={t('Como a família é chamada?')} name="family-called" capitalize maxLength={MAX_NAME} value={called} error={problemOf(save.problems, 'called')} onInput={(next) => put({ called: next })} />
        )}
        {opened.event === 'moved' && home.address_hint && <p class="hint">{t('Antes: {address}', { address: home.address_hint })}</p>}
        {(opened.event === 'came' || opened.event === 'changed' || opened.event === 'birth') && (
          <MemberFields draft={member} problems={save.problems} {...(opened.event === 'birth' ? { only: 'child' as const } : {})}
            onChange={(changed) => put({ member: { ...member, ...changed } })} />
        )}
        {opened.event === 'birth' && <p class="hint">{t('{name} passa a contar como adulta; a criança entra na família.', { name: opened.member.called })}</p>}
        {opened.event === 'left' && !opened.member && (
          <CheckTiles legend={t('Quem saiu?')} columns={2} name="who-left" values={chosen} onChange={(next) => put({ chosen: next })} options={members} />
        )}
        {opened.event === 'left' && (
          <Tiles legend={t('Por quê?')} name="leave-reason" clearable value={leave} onChange={(next) => put({ leave: next })}
            options={(Object.keys(LEAVE_REASONS) as LeaveReason[]).map((value) => ({ value, label: t(LEAVE_REASONS[value]) }))} />
        )}
        {opened.event === 'divided' && (
          <>
            <CheckTiles legend={t('Quem vai para a outra casa?')} columns={2} name="who-goes" values={chosen} onChange={(next) => put({ chosen: next })} options={members} />
            {chosen.length === home.members.length && <p class="hint">{t('Se todos vão, use “Mudou de endereço”.')}</p>}
            <TextField label={t('Nome da nova família')} name="family-called" capitalize maxLength={MAX_NAME} value={called} error={problemOf(save.problems, 'called')} onInput={(next) => put({ called: next })} />
          </>
        )}
        {(opened.event === 'moved' || opened.event === 'divided') && (
          <PlaceFields hint={hint} region={region} onHint={(next) => put({ hint: next })} onRegion={(next) => put({ region: next })} error={problemOf(save.problems, 'address_hint')} />
        )}
        {opened.event === 'joined' && (others.length
          ? (
            <Tiles legend={t('Qual família veio para esta?')} name="which-family" value={other} onChange={(next) => put({ other: next })}
              options={others.map(({ id, called: label, address_hint }) => ({ value: id, label, hint: address_hint ?? undefined, icon: 'home' as const }))} />
          )
          : <p class="empty">{t('Não há outra família na sua lista.')}</p>)}
        {opened.event === 'closed' && (
          <Tiles legend={t('Por quê?')} name="close-reason" clearable value={close} onChange={(next) => put({ close: next })}
            options={(Object.keys(CLOSE_REASONS) as CloseReason[]).map((value) => ({ value, label: t(CLOSE_REASONS[value]) }))} />
        )}
        {opened.event === 'closed' && <p class="hint">{t('A família sai da sua lista. O que foi registrado continua na central.')}</p>}
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </>
  )
}
