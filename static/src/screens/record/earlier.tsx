// Own records of the days before: still here to be read, corrected or withdrawn.
import { earlierRecords } from '../../store/load'
import { t } from '../../ui'
import { Screen } from '../frame/screen'
import { RecordRow } from '../today/records'

export function EarlierScreen() {
  const mine = earlierRecords.value.filter((record) => record.mine && record.status !== 'corrected')
  return (
    <Screen title={t('Dias anteriores')} backTo="/hoje">
      {mine.length
        ? <ul class="list">{mine.map((record) => <RecordRow key={record.id} record={record} />)}</ul>
        : <p class="empty">{t('Nenhum registro seu dos dias anteriores neste celular.')}</p>}
    </Screen>
  )
}
