import { CALLED_KINDS, type CalledKind } from '../../contract/terms'
import { t, Tiles } from '../../ui'

const HINTS: Record<CalledKind, () => string> = {
  alias: () => t('“Senhor do carrinho azul”'),
  nickname: () => t('Como a chamam'),
  social: () => t('O nome que ela escolheu'),
  civil: () => t('O do documento'),
}

/** The steps of the ladder, the first known first; none is chosen beforehand. */
export function KindTiles({ value, onChange }: { value: CalledKind | null; onChange: (kind: CalledKind | null) => void }) {
  return (
    <Tiles legend={t('Esse nome é')} columns={2} name="called-kind" value={value} onChange={onChange}
      options={Object.entries(CALLED_KINDS).map(([kind, label]) => ({ value: kind as CalledKind, label: t(label), hint: HINTS[kind as CalledKind]() }))} />
  )
}
