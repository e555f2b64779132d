// One record: what was registered, where it is now, what it replaced; correct it, take it back.
import { encounterDraftOf, homeVisitDraftOf, undo } from '../../actions'
import { earlierRecords } from '../../store/load'
import { me, records, referrals, type LocalRecord } from '../../store/state'
import { Button, Icon, Notice, back, clockTime, now, showToast, t, type Params } from '../../ui'
import { SameEncounter } from '../encounter/same'
import { recordTitle } from '../frame/record-words'
import { Screen } from '../frame/screen'
import { StateBadge } from '../frame/state-badge'
import { recordState } from '../frame/states'
import { leftOf } from '../referral/left'
import { RecordRow } from '../today/records'
import { Facts } from './facts'
import { Present } from './present'
import { Withdraw } from './withdraw'

function Delivery({ record }: { record: LocalRecord }) {
  const zone = me.value?.municipality.timezone
  if (record.problem && record.state === 'needs_you') {
    return <Notice tone="warn" title={t('Precisa de você')} name="problem">{t(record.problem.title)}</Notice>
  }
  if (record.state === 'delivered' || record.state === 'remote') {
    return (
      <Notice tone="ok" title={record.state === 'remote' ? t('Está na central') : t('Entregue')}>
        {[record.receipt && t('Recibo {receipt}', { receipt: record.receipt }),
          record.delivered_at && t('às {time}', { time: clockTime(record.delivered_at, zone) })].filter(Boolean).join(' · ')}
      </Notice>
    )
  }
  if (record.state === 'withdrawn' || record.state === 'held') return null
  return <Notice icon="queued" title={t('Guardado no celular')}>{t('Envia sozinho quando houver sinal.')}</Notice>
}

const known = (): LocalRecord[] => [...records.value, ...earlierRecords.value]

// What came before and after: corrections name what they replace, both ways are followed.
function chainOf(record: LocalRecord): LocalRecord[] {
  const seen = new Set([record.id])
  const chain: LocalRecord[] = []
  const follow = (step: (from: LocalRecord) => LocalRecord | undefined) => {
    for (let next = step(record); next && !seen.has(next.id); next = step(next)) {
      seen.add(next.id)
      chain.push(next)
    }
  }
  follow((from) => known().find((one) => one.replaces_id === from.id))
  follow((from) => known().find((one) => one.id === from.replaces_id))
  return chain
}

export function RecordScreen({ params }: { params: Params }) {
  const record = known().find((one) => one.id === params['id'])
  if (!record) {
    return (
      <Screen title={t('Registro')} backTo="/hoje">
        <Notice title={t('Este registro não está mais neste celular')}>{t('O celular guarda só os últimos dias. A coordenação vê tudo na central.')}</Notice>
      </Screen>
    )
  }
  const visit = record.type === 'home_visit'
  const held = record.state === 'held' && (record.held_until ?? 0) > now.value
  const alive = record.status === 'valid' && record.state !== 'withdrawn'
  const editable = record.mine && alive && !held && (visit ? homeVisitDraftOf(record.id) : encounterDraftOf(record.id)) !== null
  const chain = chainOf(record)
  const sent = referrals.value.filter((referral) => referral.encounter_id === record.id || referral.visit_id === record.id)
  const takeBack = async () => {
    const gone = await undo(record.id)
    showToast({ text: gone ? t('Desfeito') : t('O registro já saiu. Use “Retirar”.'), icon: gone ? 'undo' : 'info' })
    if (gone) back('/hoje')
  }
  return (
    <Screen title={visit ? t('Visita') : t('Encontro')} backTo="/hoje"
      bottom={held
        ? <Button main icon="undo" onPress={() => void takeBack()} name="undo">{t('Desfazer')}</Button>
        : editable && (
          <Button kind="primary" main icon="edit" href={`#/${visit ? 'visita' : 'encontro'}/corrigir/${record.id}`} name="correct">
            {t('Corrigir')}
          </Button>
        )}>
      <p class="lead">{recordTitle(record)}</p>
      {/* What the notice below already says is not said twice. */}
      {(!alive || record.state === 'held') && <div class="inline"><StateBadge state={recordState(record)} /></div>}
      <Delivery record={record} />
      {record.type === 'encounter' && <SameEncounter record={record} />}
      <Facts record={record} />
      {record.type === 'encounter' && <Present record={record} changeable={alive} />}
      {alive && record.mine && (
        <div class="actions">
          {!visit && <Button icon="note" href={`#/encontro/${record.id}/depois`}>{t('Completar')}</Button>}
          {(record.type === 'home_visit' || leftOf(record) > 0) && <Button icon="bed" name="refer" href={`#/encaminhar/${record.id}`}>{sent.length === 0 ? t('Encaminhar') : t('Encaminhar mais alguém')}</Button>}
          {!held && <Withdraw record={record} />}
        </div>
      )}
      {sent.map((referral) => (
        <a class="row list" key={referral.id} href={`#/encaminhamento/${referral.id}`}>
          <Icon name="bed" />
          <span class="row-main">
            <span class="row-title">{referral.unit_name ?? t('Encaminhamento')}</span>
            <span class="row-sub">{t('Código {code}', { code: referral.code })}</span>
          </span>
          <Icon name="next" />
        </a>
      ))}
      {chain.length > 0 && (
        <section>
          <h2 class="section">{t('Histórico')}</h2>
          <ul class="list">{chain.map((one) => <RecordRow key={one.id} record={one} />)}</ul>
        </section>
      )}
    </Screen>
  )
}
