// Screens that the common encounter doesn't need come as files of their own. They are in the offline set all the same.
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button, Notice, t, type Params } from '../../ui'
import { Screen } from './screen'

type View = ComponentType<{ params: Params }>

export function lazy(load: () => Promise<View>): View {
  let loaded: View | null = null
  return function Later({ params }) {
    const [view, setView] = useState<View | null>(() => loaded)
    const [failed, setFailed] = useState(false)
    const fetchIt = () => {
      setFailed(false)
      // A component is a function too: given bare, the state would call it.
      load().then((found) => { loaded = found; setView(() => found) }, () => setFailed(true))
    }
    useEffect(() => { if (view === null) fetchIt() }, [])
    if (view !== null) {
      const Found = view
      return <Found params={params} />
    }
    if (!failed) return <main class="screen" aria-busy="true" />
    return (
      <Screen title={t('Ainda não chegou')} backTo="/hoje">
        <Notice tone="warn" icon="noSignal" title={t('Esta tela ainda não está no celular')}
          actions={<Button icon="again" name="load-again" onPress={fetchIt}>{t('Tentar de novo')}</Button>}>
          {t('Ela chega sozinha quando houver sinal. O que está guardado continua guardado.')}
        </Notice>
      </Screen>
    )
  }
}
