import { me, records, type LocalRecord } from '../../store/state'
import { Icon, clockTime, dayAndTime, now, t } from '../../ui'
import { recordIcon, recordResult, recordTitle } from '../frame/record-words'
import { StateBadge } from '../frame/state-badge'
import { recordState } from '../frame/states'

export function RecordRow({ record }: { record: LocalRecord }) {
  const zone = me.value?.municipality.timezone
  const today = now.value - Date.parse(record.occurred_at) < 18 * 3_600_000
  const when = today ? clockTime(record.occurred_at, zone) : dayAndTime(record.occurred_at, zone)
  const more = [recordResult(record), record.place_label].filter(Boolean).join(' · ')
  return (
    <li>
      <a class="row" href={`#/registro/${record.id}`} data-name="record" data-id={record.id} data-state={record.state}>
        <Icon name={recordIcon(record)} />
        <span class="row-main">
          <span class="row-title">{recordTitle(record)}</span>
          <span class="row-state"><StateBadge state={recordState(record)} /><span class="nowrap">{when}</span></span>
          {more && <span class="row-sub">{more}</span>}
        </span>
        <Icon name="next" />
      </a>
    </li>
  )
}

// What was corrected is replaced by its correction; it can still be opened from there.
export function TodayRecords() {
  const shown = records.value.filter((record) => record.status !== 'corrected' || record.state === 'needs_you')
  return (
    <section>
      <h2 class="section">{t('Registros de hoje')}{shown.length > 0 && <small>{shown.length}</small>}</h2>
      {shown.length
        ? <ul class="list">{shown.map((record) => <RecordRow key={record.id} record={record} />)}</ul>
        : <p class="empty">{t('Nenhum registro ainda. Tudo o que você guardar aparece aqui.')}</p>}
    </section>
  )
}
