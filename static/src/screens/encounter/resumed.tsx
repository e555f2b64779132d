import { Button, clockTime, Notice, Sheet, t } from '../../ui'
import type { EncounterDraft } from './draft'

export function ResumedNotice({ draft, onDiscard }: { draft: EncounterDraft; onDiscard: () => void }) {
  return (
    <Notice icon="history" name="resumed" title={t('Continuando de onde parou')}
      actions={<Button icon="remove" name="discard" onPress={onDiscard}>{t('Descartar')}</Button>}>
      {t('Começou às {time}.', { time: clockTime(draft.started_at) })}
    </Notice>
  )
}

/** After a while the draft is of another moment: the worker says which, because the GPS of now may be elsewhere. */
export function StaleSheet({ draft, onThen, onNow, onDiscard }: {
  draft: EncounterDraft | null; onThen: () => void; onNow: () => void; onDiscard: () => void
}) {
  const time = draft === null ? '' : clockTime(draft.started_at)
  return (
    <Sheet open={draft !== null} title={t('Continuar de onde parou')} name="stale" onClose={onThen}
      actions={(
        <>
          <Button kind="primary" icon="history" main name="resume-then" onPress={onThen}>{t('Continuar: foi às {time}', { time })}</Button>
          <Button icon="clock" name="resume-now" onPress={onNow}>{t('Continuar: é agora')}</Button>
          <Button kind="danger" icon="remove" name="discard" onPress={onDiscard}>{t('Descartar')}</Button>
        </>
      )}>
      <p>{t('Há um encontro começado às {time} que não foi salvo.', { time })}</p>
    </Sheet>
  )
}
