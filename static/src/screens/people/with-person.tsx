// With whom the encounter is being written, when it was begun from somebody's page.
import { cardOf } from '../../store/people'
import { Button, Icon, t } from '../../ui'
import { Called } from './person-row'
import './people.css'

export function WithPerson({ personId, onClear }: { personId: string; onClear: () => void }) {
  const called = cardOf(personId)?.called
  return (
    <div class="with-person" data-name="with-person">
      <Icon name="person" />
      <p>{t('Encontro com')} <strong>{called ? <Called>{called}</Called> : t('pessoa conhecida')}</strong></p>
      <Button kind="quiet" name="with-nobody" onPress={onClear}>{t('Tirar')}</Button>
    </div>
  )
}
