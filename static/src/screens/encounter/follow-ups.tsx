import { useEffect, useState } from 'preact/hooks'
import { completeEncounter, openForm } from '../../actions'
import { recordOffers } from '../../actions/offers'
import { NEEDS, type EncounterOutcome, type Need } from '../../contract/terms'
import type { LocalEncounter } from '../../store/state'
import { Button, CheckTiles, Icon, Notice, Sheet, go, showToast, t, Tiles, type IconName } from '../../ui'
import { useDraft } from '../form/draft'
import { NoteField } from '../form/note-field'
import { problemOf } from '../form/problems'
import { SaveFailedSheet, useSave } from '../form/save'
import { situationOf } from '../frame/record-words'
import { outcomeOptions } from './encounter-form'
import { Offers, offersToSend, type OfferDraft } from './offers'
import { isChildAlone } from '../../rules/flag'
import { beginFlag, fromEncounter } from '../flag/from'
import { presentOf } from './present'
import { SameEncounter } from './same'
import { saveWho } from '../people/save-who'
import { toSend, WhoFields, type WhoDraft } from '../people/who-fields'

type Kind = 'names' | 'needs' | 'offers' | 'note' | 'outcome'

interface Draft { names: WhoDraft[]; needs: Need[]; offers: OfferDraft[]; note: string; outcome: EncounterOutcome | null }
const blank = (): Draft => ({ names: [], needs: [], offers: [], note: '', outcome: null })

/** Optional, each saved by itself: a call or a lock in between loses nothing, the open sheet is a draft. */
export function FollowUps({ record, nobody, count }: { record: LocalEncounter; nobody: boolean; count: number }) {
  const [open, setOpen] = useState<Kind | null>(null)
  useEffect(() => (open ? openForm() : undefined), [open])
  const [done, setDone] = useState<Kind[]>([])
  const [asked, setAsked] = useState<Need[]>([])
  const { draft: { names, needs, offers, note, outcome }, put } = useDraft('follow_up', open && record.id, blank)
  const save = useSave()

  const leave = () => setOpen(null)
  const finish = () => {
    setDone((before) => (open === null || before.includes(open) ? before : [...before, open]))
    setOpen(null)
    showToast({ text: t('Guardado no aparelho') })
  }
  const onSave = () => void save.run(async () => {
    if (open === 'names') await saveWho(record, toSend(names))
    if (open === 'needs') await completeEncounter(record.id, { needs })
    if (open === 'offers') await recordOffers(record.id, offersToSend(offers) ?? [])
    if (open === 'note') await completeEncounter(record.id, { note: note.trim() })
    if (open === 'outcome') await completeEncounter(record.id, { outcome })
    if (open === 'needs') setAsked([...asked, ...needs])
    if (open) put({ [open]: blank()[open] })
    finish()
  })
  const ready = open === 'names' ? toSend(names).length > 0
    : open === 'needs' ? needs.length > 0
    : open === 'offers' ? offersToSend(offers) !== null
    : open === 'note' ? note.trim() !== '' : outcome !== null
  return (
    <>
      <SameEncounter record={record} />
      {!nobody && isChildAlone(presentOf(record).map((one) => one.age_band), situationOf(record)) && (
        <Notice icon="child" name="suggest-flag" title={t('Criança ou adolescente sem adulto por perto?')}
          actions={<Button icon="urgent" name="suggested-flag" onPress={() => beginFlag(fromEncounter(record))}>{t('Fazer um alerta')}</Button>}>
          {t('Se for o caso, avise. Você decide.')}
        </Notice>
      )}
      <section class="stack" data-name="follow-ups">
        <h2 class="section">{t('Quer completar?')}<small>{t('Não é preciso')}</small></h2>
        <div class="follow">
          {!nobody && <FollowTile icon="person" name="names" done={done.includes('names')} onPress={() => setOpen('names')}>{count > 1 ? t('Quem estava?') : t('Nome ou apelido')}</FollowTile>}
          {!nobody && <FollowTile icon="help" name="needs" done={done.includes('needs')} onPress={() => setOpen('needs')}>{t('Necessidades')}</FollowTile>}
          {!nobody && <FollowTile icon="send" name="offers" done={done.includes('offers')} onPress={() => setOpen('offers')}>{t('Ofertas')}</FollowTile>}
          <FollowTile icon="calendar" name="agree" done={false} onPress={() => go(`/combinar/encontro/${record.id}`)}>{t('Combinar próximo passo')}</FollowTile>
          {situationOf(record) === 'family' && <FollowTile icon="family" name="family" done={false} onPress={() => go(`/familia/nova/${record.id}`)}>{t('Cadastrar a família')}</FollowTile>}
          {!nobody && <FollowTile icon="urgent" name="flag" done={false} onPress={() => beginFlag(fromEncounter(record))}>{t('Alerta')}</FollowTile>}
          <FollowTile icon="note" name="note" done={done.includes('note')} onPress={() => setOpen('note')}>{t('Anotação')}</FollowTile>
          {!nobody && <FollowTile icon="check" name="outcome" done={done.includes('outcome')} onPress={() => setOpen('outcome')}>{t('Resultado')}</FollowTile>}
        </div>
      </section>
      <Sheet open={open !== null} title={open === 'names' && count > 1 ? t('Quem estava?') : titleOf(open)} name="follow-sheet" onClose={leave}
        actions={(
          <div class="inline even">
            <Button name="follow-back" onPress={leave}>{t('Voltar')}</Button>
            <Button kind="primary" icon="check" main busy={save.busy} disabled={!ready} name="follow-save" onPress={onSave}>{t('Guardar')}</Button>
          </div>
        )}>
        {open === 'names' && <WhoFields record={record} drafts={names} onChange={(next) => put({ names: next })} error={problemOf(save.problems, 'names', 'called')} />}
        {open === 'needs' && (
          <CheckTiles legend={t('O que a pessoa pediu?')} hideLegend columns={2} name="needs-tiles" values={needs} onChange={(next) => put({ needs: next })}
            options={Object.entries(NEEDS).map(([value, label]) => ({ value: value as Need, label: t(label) }))} />
        )}
        {open === 'offers' && <Offers record={record} asked={asked} drafts={offers} onChange={(next) => put({ offers: next })} />}
        {open === 'note' && <NoteField value={note} onInput={(next) => put({ note: next })} error={problemOf(save.problems, 'note')} />}
        {open === 'outcome' && (
          <Tiles legend={t('Resultado da abordagem')} hideLegend name="outcome-tiles" value={outcome} onChange={(next) => put({ outcome: next })}
            options={outcomeOptions()} />
        )}
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </>
  )
}

function titleOf(kind: Kind | null): string {
  switch (kind) {
    case 'names': return t('Como a pessoa é chamada?')
    case 'needs': return t('O que a pessoa pediu?')
    case 'offers': return t('O que foi oferecido')
    case 'note': return t('Anotação')
    default: return t('Resultado da abordagem')
  }
}

function FollowTile({ icon, name, done, onPress, children }: {
  icon: IconName; name: string; done: boolean; onPress: () => void; children: string
}) {
  return (
    <button type="button" class={`follow-tile${done ? ' done' : ''}`} data-name={`follow-${name}`} onClick={onPress}>
      <Icon name={done ? 'check' : icon} />
      <span>{children}{done && <span class="unseen">: {t('guardado')}</span>}</span>
    </button>
  )
}
