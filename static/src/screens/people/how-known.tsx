// Who says so, and how surely: asked of everything told, one tap each, nothing chosen beforehand.
import { TOLD_SOURCES, type ToldSource } from '../../contract/terms'
import { Switch, t, Tiles, type IconName } from '../../ui'

const ICONS: Partial<Record<ToldSource, IconName>> = { told: 'talk', observed: 'show', third_party: 'people', document: 'file' }

export interface How { source: ToldSource | null; unsure: boolean }
export const ASKED: readonly ToldSource[] = ['told', 'observed', 'third_party', 'document']

export function HowKnown({ how, sources = ASKED, onChange }: { how: How; sources?: readonly ToldSource[]; onChange: (how: How) => void }) {
  return (
    <>
      {sources.length > 1 && (
        <Tiles legend={t('Como você sabe?')} columns={2} name="source" value={how.source} onChange={(source) => onChange({ ...how, source })}
          options={sources.map((value) => ({ value, label: t(TOLD_SOURCES[value]), icon: ICONS[value] }))} />
      )}
      <Switch label={t('Não tenho certeza')} name="unsure" value={how.unsure} onChange={(unsure) => onChange({ ...how, unsure })} />
    </>
  )
}
