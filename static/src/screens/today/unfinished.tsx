// What was begun and not saved, when the app was closed in between: one tap takes it up again.
import { useEffect, useState } from 'preact/hooks'
import { loadDraft } from '../../store/drafts'
import { Button, Notice, t } from '../../ui'

// A draft is written only once something was answered, so that being there is enough.
const kinds = [
  { kind: 'encounter', to: '/encontro' },
  { kind: 'home_visit', to: '/visita' },
] as const

export function Unfinished() {
  const [found, setFound] = useState<(typeof kinds)[number][]>([])
  useEffect(() => {
    Promise.all(kinds.map(({ kind }) => loadDraft(kind).catch(() => null)))
      .then((drafts) => setFound(kinds.filter((_, i) => drafts[i] !== null)))
  }, [])
  return (
    <>
      {found.map(({ kind, to }) => (
        <Notice key={kind} icon="history" name={`unfinished-${kind}`}
          title={kind === 'encounter' ? t('Há um encontro que não foi salvo') : t('Há uma visita que não foi salva')}
          actions={<Button icon="next" href={`#${to}`}>{t('Continuar de onde parou')}</Button>} />
      ))}
    </>
  )
}
