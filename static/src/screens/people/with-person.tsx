// With whom the encounter is being written, when it was begun from somebody's page. Among several of whom none is of her
// age, only the worker knows which she is: bands are listed from the youngest, and the first would be a child.
import { AGE_BANDS } from '../../contract/terms'
import { cardOf } from '../../store/people'
import { Button, Icon, t, Tiles } from '../../ui'
import { BANDS } from '../encounter/bands'
import { isUnsaid, type EncounterDraft, type Tap } from '../encounter/draft'
import { Called } from './person-row'
import './people.css'

export function WithPerson({ draft, onTap }: { draft: EncounterDraft; onTap: (tap: Tap) => void }) {
  const card = cardOf(draft.person_id!)
  const asks = isUnsaid({ ...draft, person_band: card?.age_band ?? null })
  return (
    <>
      <div class="with-person" data-name="with-person">
        <Icon name="person" />
        <p>{t('Encontro com')} <strong>{card ? <Called>{card.called}</Called> : t('pessoa conhecida')}</strong></p>
        <Button kind="quiet" name="with-nobody" onPress={() => onTap({ tap: 'person', person_id: null })}>{t('Tirar')}</Button>
      </div>
      {asks && (
        <Tiles legend={t('Qual das pessoas é ela?')} columns={2} name="person-band" value={draft.person_band ?? null} onChange={(band) => { if (band) onTap({ tap: 'person-band', band }) }}
          options={BANDS.filter((band) => draft.group.bands[band] > 0).map((value) => ({ value, label: t(AGE_BANDS[value]) }))} />
      )}
    </>
  )
}
