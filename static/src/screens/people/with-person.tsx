// With whom the encounter is being written, when it was begun from somebody's page.
import { cardOf } from '../../store/people'
import { Button, Notice, t } from '../../ui'
import { Called } from './person-row'

export function WithPerson({ personId, onClear }: { personId: string; onClear: () => void }) {
  const called = cardOf(personId)?.called
  return (
    <Notice icon="person" name="with-person" actions={<Button icon="close" name="with-nobody" onPress={onClear}>{t('Tirar')}</Button>}>
      {t('Encontro com')} <strong>{called ? <Called>{called}</Called> : t('pessoa conhecida')}</strong>
    </Notice>
  )
}
