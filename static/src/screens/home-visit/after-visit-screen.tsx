import { useEffect } from 'preact/hooks'
import { undo } from '../../actions'
import { records } from '../../store/state'
import { Button, dateOnly, Icon, Notice, replace, say, showToast, t, type Params } from '../../ui'
import { useUndoable } from '../form/undo'
import { recordResult, recordTitle } from '../frame/record-words'
import { Screen } from '../frame/screen'
import { beginFlag, fromVisit } from '../flag/from'
import { reopenVisit } from './last-saved'
import './home-visit.css'

export function AfterVisitScreen({ params }: { params: Params }) {
  const record = records.value.find((one) => one.id === params['id'])
  const seconds = useUndoable(record)
  useEffect(() => { say(t('Guardado no aparelho')) }, [])
  if (record === undefined || record.type !== 'home_visit') {
    return <Screen title={t('Visita')} backTo="/hoje"><Notice title={t('Este registro não está mais neste celular')} /></Screen>
  }
  const takeBack = async () => {
    const gone = await undo(record.id)
    showToast(gone ? { text: t('Desfeito. Nada foi guardado.'), icon: 'undo' } : { text: t('O registro já saiu. Use “Retirar”.'), icon: 'info' })
    if (gone) await reopenVisit(record.id)
    replace(gone ? '/visita' : `/registro/${record.id}`)
  }
  const next = record.body?.next_on ?? null
  return (
    <Screen title={t('Visita')} backTo="/hoje" quiet="over"
      bottom={<Button kind="primary" icon="home" main name="to-today" onPress={() => replace('/hoje')}>{t('Ir para Hoje')}</Button>}>
      <div class="kept" data-name="kept" data-state={record.state}>
        <Icon name="cloudOk" />
        <div class="row-main">
          <p class="kept-title">{t('Guardado no aparelho')}</p>
          <p>{[recordTitle(record), recordResult(record)].filter(Boolean).join(' · ')}</p>
          <p class="hint">{record.state === 'delivered' ? t('Entregue') : t('Envia sozinho quando houver sinal.')}</p>
        </div>
      </div>
      {seconds > 0 && <Button icon="undo" name="undo" onPress={() => void takeBack()}>{t('Desfazer ({n} s)', { n: seconds })}</Button>}
      {next !== null && <p class="inline"><Icon name="calendar" /> {t('Próxima visita: {day}', { day: dateOnly(next) })}</p>}
      <Button icon="urgent" name="flag" onPress={() => beginFlag(fromVisit(record))}>{t('Alerta')}</Button>
      <Button icon="bed" name="refer" href={`#/encaminhar/${record.id}`}>{t('Encaminhar a família')}</Button>
    </Screen>
  )
}
