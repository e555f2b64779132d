// "Encontrei agora": the encounter begins with her in it. A draft that was left open is not thrown away unasked.
import { useState } from 'preact/hooks'
import { loadDraft } from '../../store/drafts'
import { cardOf } from '../../store/people'
import { Button, go, Sheet, t } from '../../ui'
import { current, drop, goOn, put } from '../encounter/current'
import { isTouched, newDraft, type EncounterDraft } from '../encounter/draft'

export function MeetNow({ personId }: { personId: string }) {
  const [asking, setAsking] = useState(false)
  const begin = () => {
    put({ ...newDraft(Date.now()), person_id: personId, person_band: cardOf(personId)?.age_band ?? null })
    goOn()
    go('/encontro')
  }
  const press = async () => {
    const open = current.value ?? (await loadDraft<EncounterDraft>('encounter').catch(() => null))
    if (open && isTouched(open)) setAsking(true)
    else begin()
  }
  return (
    <>
      <Button kind="primary" main name="meet-now" onPress={() => void press()}>{t('Encontrei agora')}</Button>
      <Sheet open={asking} title={t('Há um encontro que não foi salvo')} name="meet-sheet" onClose={() => setAsking(false)}
        actions={(
          <>
            <Button kind="primary" icon="next" main name="meet-continue" onPress={() => go('/encontro')}>{t('Continuar aquele')}</Button>
            <Button icon="remove" name="meet-anew" onPress={() => void drop().then(begin)}>{t('Descartar e começar outro')}</Button>
          </>
        )} />
    </>
  )
}
