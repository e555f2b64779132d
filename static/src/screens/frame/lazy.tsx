// Screens and sheets that the common encounter doesn't need come as files of their own. They are in the offline set all the same.
import type { ComponentChildren, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button, Notice, t, type Params } from '../../ui'
import { Screen } from './screen'

type View = ComponentType<{ params: Params }>
type Frame = (missing: ComponentChildren) => ComponentChildren

/** A part that comes when it is first shown; until then its place holds what `frame` makes of nothing, or of the news that it is not here yet. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>, frame: Frame = (missing) => missing): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  return function Later(props: Props) {
    const [view, setView] = useState<ComponentType<Props> | null>(() => loaded)
    const [failed, setFailed] = useState(false)
    const fetchIt = () => {
      setFailed(false)
      // A component is a function too: given bare, the state would call it.
      load().then((found) => { loaded = found; setView(() => found) }, () => setFailed(true))
    }
    useEffect(() => { if (view === null) fetchIt() }, [])
    if (view !== null) {
      const Found = view
      return <Found {...props} />
    }
    return <>{frame(failed && <NotYetHere onAgain={fetchIt} />)}</>
  }
}

export function lazy(load: () => Promise<View>): View {
  return later(load, (missing) => missing ? <Screen title={t('Ainda não chegou')} backTo="/hoje">{missing}</Screen> : <main class="screen" aria-busy="true" />)
}

function NotYetHere({ onAgain }: { onAgain: () => void }) {
  return (
    <Notice tone="warn" icon="noSignal" title={t('Esta tela ainda não está no celular')}
      actions={<Button icon="again" name="load-again" onPress={onAgain}>{t('Tentar de novo')}</Button>}>
      {t('Ela chega sozinha quando houver sinal. O que está guardado continua guardado.')}
    </Notice>
  )
}
