import { useState } from 'preact/hooks'
import { me, records, type LocalRecord } from '../../store/state'
import { Button, Icon, clockTime, dayAndTime, now, t, tn } from '../../ui'
import { recordIcon, recordResult, recordTitle } from '../frame/record-words'
import { StateBadge } from '../frame/state-badge'
import { recordState } from '../frame/states'

const FRESH_MS = 18 * 3_600_000 // a night shift is one day to those who work it
const FIRST = 6

const isFresh = (record: LocalRecord) => now.value - Date.parse(record.occurred_at) < FRESH_MS
const isOwed = (record: LocalRecord) => record.state !== 'delivered' && record.state !== 'remote' && record.state !== 'withdrawn'

export function RecordRow({ record }: { record: LocalRecord }) {
  const zone = me.value?.municipality.timezone
  const when = isFresh(record) ? clockTime(record.occurred_at, zone) : dayAndTime(record.occurred_at, zone)
  const by = record.type === 'encounter' && !record.mine ? record.remote?.worker_name.split(' ')[0] : null
  const who = by && record.type === 'encounter' ? record.remote?.people.map((one) => one.called).filter(Boolean).join(', ') : null
  const also = records.value.find((one) => one.type === 'encounter' && one.join?.kept_id === record.id && one.status === 'joined')
  const more = [
    recordResult(record), record.place_label, who, by && t('por {name}', { name: by }), also && t('registrado por duas pessoas, conta uma vez'),
  ].filter(Boolean).join(' · ')
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

// What was corrected is replaced by its correction, what was joined counts in the other; both can still be opened from there.
export function TodayRecords() {
  const [all, setAll] = useState(false)
  const today = records.value.filter((record) => isOwed(record) || (isFresh(record) && record.status !== 'corrected' && record.status !== 'joined'))
  // What is still owed is never behind "Ver mais".
  const shown = all ? today : today.filter((record, at) => at < FIRST || isOwed(record))
  return (
    <section>
      <h2 class="section">{t('Registros de hoje')}{today.length > 0 && <small>{today.length}</small>}</h2>
      {today.length
        ? <ul class="list">{shown.map((record) => <RecordRow key={record.id} record={record} />)}</ul>
        : <p class="empty">{t('Nenhum registro ainda. Tudo o que você guardar aparece aqui.')}</p>}
      {shown.length < today.length && (
        <Button kind="quiet" name="more-records" onPress={() => setAll(true)}>{tn('Ver mais {n}', 'Ver mais {n}', today.length - shown.length)}</Button>
      )}
    </section>
  )
}
