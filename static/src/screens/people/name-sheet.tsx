// Another step of the ladder: what was known before stays beside it.
import { useEffect } from 'preact/hooks'
import { openForm } from '../../actions'
import { MAX_NAME, tellPerson } from '../../actions/people'
import type { CalledKind } from '../../contract/terms'
import type { Card } from '../../store/people'
import { Button, Sheet, showToast, t, TextField } from '../../ui'
import { useDraft } from '../form/draft'
import { problemOf } from '../form/problems'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { HowKnown, type How } from './how-known'
import { KindTiles } from './kind-tiles'

const blank = (): { kind: CalledKind | null; value: string; how: How } => ({ kind: null, value: '', how: { source: null, unsure: false } })

export function NameSheet({ card, open, onClose: close }: { card: Card; open: boolean; onClose: () => void }) {
  const { draft: { kind, value, how }, put, drop } = useDraft('name', open ? card.id : null, blank)
  const save = useSave()
  const onClose = close // a tap beside the sheet takes nothing of what was typed
  useEffect(() => (open ? openForm() : undefined), [open])
  const onSave = () => void save.run(async () => {
    await tellPerson(card.id, [{ field: `name.${kind!}`, value, source: how.source!, certainty: how.unsure ? 'unsure' : 'sure' }])
    saved()
    drop()
    showToast({ text: t('Guardado no aparelho') })
    close()
  })
  return (
    <>
      <Sheet open={open} title={t('Outro nome')} name="name-sheet" onClose={onClose}
        actions={(
          <div class="inline even">
            <Button name="name-back" onPress={onClose}>{t('Voltar')}</Button>
            <Button kind="primary" icon="check" main name="name-save" busy={save.busy} disabled={!kind || !value.trim() || !how.source} onPress={onSave}>{t('Guardar')}</Button>
          </div>
        )}>
        <KindTiles value={kind} onChange={(next) => put({ kind: next })} />
        {kind === 'civil' && <p class="hint">{t('Nunca é preciso. Se a pessoa usa nome social, é ele que aparece; o civil fica só para os documentos.')}</p>}
        <TextField label={t('Nome')} name="told-name" capitalize maxLength={MAX_NAME} value={value} error={problemOf(save.problems, 'called')} onInput={(next) => put({ value: next })} />
        <HowKnown how={how} onChange={(next) => put({ how: next })} />
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </>
  )
}
