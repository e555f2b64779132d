import { AGE_BANDS } from '../../contract/terms'
import { Button, Stepper, t, tn } from '../../ui'
import { BANDS, observed, PEOPLE_MAX, unobserved, type Group } from './bands'
import type { Tap } from './draft'

/** Of what age they were, if it was seen. What was not seen needs no tap. */
export function AgeBands({ group, onTap, onClose }: { group: Group; onTap: (tap: Tap) => void; onClose?: (() => void) | undefined }) {
  const rest = unobserved(group)
  return (
    <fieldset class="choice bands" data-name="bands">
      <legend>{t('Idade, se deu para ver')}</legend>
      {BANDS.map((band) => (
        <Stepper key={band} compact label={t(AGE_BANDS[band])} name={band} value={group.bands[band]} min={0} max={PEOPLE_MAX}
          onChange={(to) => onTap({ tap: 'band', band, to })} />
      ))}
      <p class="hint" aria-live="polite" data-name="unobserved">
        {rest === 0 ? t('Todas as pessoas têm idade marcada') : tn('Não observado: {n} pessoa', 'Não observado: {n} pessoas', rest)}
      </p>
      {onClose && observed(group) === 0 && <Button kind="quiet" name="bands-close" onPress={onClose}>{t('Não marcar idade')}</Button>}
    </fieldset>
  )
}
