// Which screen is on. Beneath "Esconder" the screen stays as it was, only nobody sees it.
import { useEffect } from 'preact/hooks'
import { codeWanted, lock, owes, ready, session } from '../store/state'
import { BlankScreen, LiveRegions, find, hidden, path, replace, t } from '../ui'
import { later } from './frame/lazy'
import { LockScreen } from './lock/lock-screen'
import { MissingScreen } from './missing'
import { routes } from './routes'
import { dutiesPut } from './frame/duties-put'
import { SignInScreen } from './sign-in'

const Duties = later(() => import('./duties').then((file) => file.DutyScreen))
const CodeScreen = later(() => import('./lock/code-screen').then((file) => file.CodeScreen))

function Current() {
  if (!ready.value) return <main class="screen" aria-busy="true"><p class="unseen">{t('Abrindo…')}</p></main>
  if (codeWanted.value) return <CodeScreen />
  if (lock.value) return <LockScreen />
  if (!session.value) return <SignInScreen />
  if ((owes.value.term || owes.value.password) && !dutiesPut.value) return <Duties />
  const here = path.value
  if (here === '/') {
    replace('/hoje')
    return null
  }
  const found = find(routes, here)
  if (!found) return <MissingScreen key={here} />
  const View = found.route.view
  // A new address is a new screen: nothing of the last record may stay in it.
  return <View key={here} params={found.params} />
}

export function App() {
  // The shell's own word, painted before any script came, stays until there is a screen to show.
  useEffect(() => { if (ready.value) document.getElementById('splash')?.remove() }, [ready.value])
  return (
    <>
      <div hidden={hidden.value}><Current /></div>
      {hidden.value && <BlankScreen />}
      <LiveRegions />
    </>
  )
}
