import { useEffect } from 'preact/hooks'
import { undo } from '../../actions'
import { records } from '../../store/state'
import { Button, Icon, Notice, replace, say, showToast, t, type Params } from '../../ui'
import { useUndoable } from '../form/undo'
import { later } from '../frame/lazy'
import { outcomeOf, peopleCountOf, recordTitle } from '../frame/record-words'
import { Screen } from '../frame/screen'
import { reopen } from './store-draft'
import './encounter.css'

// What may be added comes after the word that it is kept, which waits for nothing.
const FollowUps = later(() => import('./follow-ups').then((file) => file.FollowUps))

/** "Guardado no aparelho": what may be added, nothing that must. The same screen completes a record later on. */
export function AfterScreen({ params }: { params: Params }) {
  const record = records.value.find((one) => one.id === params['id'])
  const undoable = useUndoable(record)
  const saved = t('Guardado no aparelho')
  useEffect(() => { if (record?.state === 'held') say(saved) }, [])
  if (record === undefined || record.type !== 'encounter') {
    return (
      <Screen title={t('Encontro')} backTo="/hoje">
        <Notice title={t('Este registro não está mais neste celular')} />
      </Screen>
    )
  }
  const takeBack = async () => {
    if (await undo(record.id)) {
      reopen(record.id)
      showToast({ text: t('Desfeito. Nada foi guardado.'), icon: 'undo' })
      replace('/encontro')
    } else {
      showToast({ text: t('O registro já saiu. Use “Retirar”.'), icon: 'info' })
      replace(`/registro/${record.id}`)
    }
  }
  const nobody = outcomeOf(record) === 'not_found'
  return (
    <Screen title={t('Encontro')} backTo="/hoje" quiet="over"
      bottom={(
        <>
          <Button icon="plus" name="another" onPress={() => replace('/encontro')}>{t('Novo')}</Button>
          <Button kind="primary" icon="home" main name="to-today" onPress={() => replace('/hoje')}>{t('Ir para Hoje')}</Button>
        </>
      )}>
      <div class="kept" data-name="kept" data-state={record.state}>
        <Icon name="cloudOk" />
        <div class="row-main">
          <p class="kept-title">{saved}</p>
          <p>{recordTitle(record)}</p>
          <p class="hint">{sendWords(record.state)}</p>
        </div>
      </div>
      {undoable > 0 && (
        <Button icon="undo" name="undo" onPress={() => void takeBack()}>{t('Desfazer ({n} s)', { n: undoable })}</Button>
      )}
      <FollowUps record={record} nobody={nobody} count={peopleCountOf(record)} />
    </Screen>
  )
}

function sendWords(state: string): string {
  switch (state) {
    case 'delivered': case 'remote': return t('Entregue')
    case 'needs_you': return t('Precisa de você')
    default: return t('Envia sozinho quando houver sinal.')
  }
}
