import { MAX_ADDRESS } from '../../rules/family'
import { regions } from '../../store/state'
import { Select, t, TextField } from '../../ui'

/** Where they live: words, never a point on a map. */
export function PlaceFields({ hint, region, onHint, onRegion, error }: {
  hint: string; region: string | null; onHint: (hint: string) => void; onRegion: (region: string | null) => void; error: string | null
}) {
  return (
    <>
      <TextField label={t('Onde moram, em palavras')} hint={t('O que ajuda a achar a casa. Não vai para nenhum mapa.')} name="address" maxLength={MAX_ADDRESS}
        value={hint} error={error} onInput={onHint} />
      {regions.value.length > 0 && (
        <Select label={t('Região')} name="region" value={region} onChange={onRegion} empty={t('Não sei')}
          options={regions.value.map(({ id, name }) => ({ value: id, label: name }))} />
      )}
    </>
  )
}
