import { CALLED_KINDS, type CalledKind } from '../../contract/terms'
import { Icon, t, Tiles, type IconName } from '../../ui'

const HINTS: Record<CalledKind, () => string> = {
  alias: () => t('“Senhor do carrinho azul”'),
  nickname: () => t('Como a chamam'),
  social: () => t('O nome que a pessoa escolheu'),
  civil: () => t('O do documento'),
}

const ICONS: Record<CalledKind, IconName> = { alias: 'show', nickname: 'talk', social: 'person', civil: 'file' }

/** The steps of the ladder, the first known first; none is chosen beforehand. */
export function KindTiles({ value, onChange, error }: { value: CalledKind | null; onChange: (kind: CalledKind | null) => void; error?: string | null }) {
  return (
    <div class="kinds">
      {error && <p class="error"><Icon name="needs" small /> {error}</p>}
      <Tiles legend={t('Esse nome é')} columns={2} name="called-kind" value={value} onChange={onChange}
        options={Object.entries(CALLED_KINDS).map(([kind, label]) => ({ value: kind as CalledKind, label: t(label), hint: HINTS[kind as CalledKind](), icon: ICONS[kind as CalledKind] }))} />
    </div>
  )
}
