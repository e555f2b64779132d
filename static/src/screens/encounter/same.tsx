// "Parece o mesmo encontro": proposed, never done by itself; joined by a person, parted again by a tap.
import { useState } from 'preact/hooks'
import { joinEncounters, partEncounters } from '../../actions/same-encounter'
import { regionAt } from '../../map'
import { likelySame, type Meeting } from '../../rules/same-encounter'
import { earlierRecords } from '../../store/load'
import { notSame, rememberNotSame } from '../../store/not-same'
import { me, points, records, regions, type LocalEncounter, type LocalRecord } from '../../store/state'
import { Button, Notice, clockTime, showToast, t } from '../../ui'

const isEncounter = (record: LocalRecord): record is LocalEncounter => record.type === 'encounter'
const known = (): LocalEncounter[] => [...records.value, ...earlierRecords.value].filter(isEncounter)
const pair = (a: string, b: string): string => [a, b].sort().join(' ')

function regionOf({ body, remote }: LocalEncounter): string | null {
  if (remote?.region_id) return remote.region_id
  const place = body?.place
  if (place?.point_id) return points.value.find((point) => point.id === place.point_id)?.region_id ?? null
  if (place?.lon == null || place.lat == null) return null
  return regionAt([place.lon, place.lat], regions.value)?.id ?? null
}

const meetingOf = (record: LocalEncounter): Meeting => ({
  id: record.id, team_id: record.body?.team_id ?? record.remote?.team_id ?? '', at: Date.parse(record.occurred_at),
  region_id: regionOf(record), place_label: record.place_label, point_id: record.body?.place.point_id ?? null, mine: record.mine,
})

/** Records that may be this very meeting: those the server names, and those that this phone sees by itself. */
function likelyOf(record: LocalEncounter): LocalEncounter[] {
  if (record.status !== 'valid' || record.state === 'withdrawn') return []
  const others = known().filter((one) => one.id !== record.id && one.status === 'valid' && one.state !== 'withdrawn')
  const near = new Set(likelySame(meetingOf(record), others.map(meetingOf)).map((one) => one.id))
  const told = new Set(record.remote?.likely_same ?? [])
  const parted = new Set(notSame())
  return others.filter((one) => (near.has(one.id) || told.has(one.id) || (one.remote?.likely_same ?? []).includes(record.id)) && !parted.has(pair(record.id, one.id)))
}

const whoOf = (record: LocalEncounter): string | null => (record.mine ? null : record.remote?.worker_name.split(' ')[0] ?? null)
const timeOf = (record: LocalEncounter): string => clockTime(record.occurred_at, me.value?.municipality.timezone)

export function SameEncounter({ record }: { record: LocalEncounter }) {
  const [failed, setFailed] = useState(false)
  const [put, setPut] = useState(0) // a pair was put aside
  const one = put >= 0 ? likelyOf(record)[0] : undefined
  const join = async (other: LocalEncounter) => {
    try {
      const { undo } = await joinEncounters(record, other)
      const takeBack = async () => {
        const gone = await undo().catch(() => false)
        showToast(gone ? { text: t('Desfeito. São dois encontros.'), icon: 'undo' } : { text: t('Já saiu. Abra o registro e toque em “Separar”.'), icon: 'info' })
      }
      showToast({ text: t('Contam como um encontro só'), seconds: 10, action: { label: t('Desfazer'), run: () => void takeBack() } })
    } catch {
      setFailed(true)
    }
  }
  return (
    <>
      {failed && <Notice tone="bad" title={t('Não foi guardado')}>{t('Tente de novo.')}</Notice>}
      {one && (
        <Notice icon="people" name="likely-same"
          title={whoOf(one) ? t('Parece o mesmo encontro que {name} registrou às {time}', { name: whoOf(one)!, time: timeOf(one) })
            : t('Parece o mesmo encontro que você registrou às {time}', { time: timeOf(one) })}
          actions={(
            <>
              <Button kind="primary" icon="check" name="same-yes" onPress={() => void join(one)}>{t('É o mesmo')}</Button>
              <Button name="same-no" onPress={() => { void rememberNotSame(pair(record.id, one.id)); setPut(put + 1) }}>{t('São dois encontros')}</Button>
            </>
          )}>
          {t('Juntados, contam uma vez só. Nada se apaga, e dá para separar depois.')}
        </Notice>
      )}
      <Joined record={record} />
    </>
  )
}

/** What was joined, told on both records, with the way back. */
function Joined({ record }: { record: LocalEncounter }) {
  const into = record.status === 'joined' ? record.join : null
  const others = known().filter((one) => one.status === 'joined' && one.join?.kept_id === record.id)
  const part = (joinId: string, joinedId: string, keptId: string) =>
    void partEncounters(joinId, joinedId).then(() => {
      void rememberNotSame(pair(joinedId, keptId)) // it is not proposed again to who has just said so
      showToast({ text: t('Separados: são dois encontros'), icon: 'undo' })
    }, () => showToast({ text: t('Não foi guardado'), icon: 'needs' }))
  const kept = into && known().find((one) => one.id === into.kept_id)
  return (
    <>
      {into && (
        <Notice icon="people" name="joined-into" title={kept
          ? whoOf(kept) ? t('É o mesmo encontro que {name} registrou às {time}', { name: whoOf(kept)!, time: timeOf(kept) }) : t('É o mesmo encontro que você registrou às {time}', { time: timeOf(kept) })
          : t('É o mesmo encontro que outro registro')}
          actions={(
            <>
              {kept && <Button icon="next" href={`#/registro/${kept.id}`} name="open-kept">{t('Ver o outro')}</Button>}
              <Button icon="undo" name="part" onPress={() => part(into.id, record.id, into.kept_id)}>{t('Separar')}</Button>
            </>
          )}>
          {t('Conta uma vez só, no outro registro.')}
        </Notice>
      )}
      {others.map((one) => (
        <Notice key={one.id} icon="people" name="joined-here"
          title={whoOf(one) ? t('{name} registrou este mesmo encontro às {time}', { name: whoOf(one)!, time: timeOf(one) }) : t('Você registrou este mesmo encontro às {time}', { time: timeOf(one) })}
          actions={<Button icon="undo" name="part" onPress={() => part(one.join!.id, one.id, record.id)}>{t('Separar')}</Button>}>
          {t('Contam como um encontro só.')}
        </Notice>
      ))}
    </>
  )
}
