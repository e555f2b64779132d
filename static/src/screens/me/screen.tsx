import { me, othersUnsent, session } from '../../store/state'
import { installed } from '../../platform/install'
import { Button, Icon, Notice, t, tn } from '../../ui'
import { Screen } from '../frame/screen'
import { CityMap } from './city-map'
import { Looks } from './looks'
import { Notices } from './notices'
import { SignOut } from './sign-out'
import { EndShift } from './shift'
import { ThisPhone } from './phone'
import { PhoneLock } from './vault'

export function MeScreen() {
  const who = session.value
  if (!who) return null
  return (
    <Screen title={t('Eu')} backTo="/hoje">
      <section class="card stack">
        <div>
          <p class="row-title">{who.worker.name}</p>
          <p class="hint">{[who.worker.login, who.municipality.name, me.value?.teams.map((team) => team.name).join(', ')].filter(Boolean).join(' · ')}</p>
        </div>
        <EndShift />
      </section>
      <PhoneLock />
      {!who.signedOut && <Notices />}
      <Looks />
      <CityMap />
      <ThisPhone />
      {othersUnsent.value > 0 && (
        <Notice name="others-unsent">
          {tn('Há {n} registro de outra pessoa guardado neste celular. Ele sai sozinho quando houver sinal.',
            'Há {n} registros de outra pessoa guardados neste celular. Eles saem sozinhos quando houver sinal.', othersUnsent.value)}
        </Notice>
      )}
      <ul class="list">
        <li>
          <a class="row" href="#/registros"><Icon name="history" /><span class="row-main row-title">{t('Registros dos dias anteriores')}</span><Icon name="next" /></a>
        </li>
        <li>
          <a class="row" href="#/envio"><Icon name="send" /><span class="row-main row-title">{t('Envio e recibos')}</span><Icon name="next" /></a>
        </li>
        {!installed.value && (
          <li><a class="row" href="#/instalar"><Icon name="download" /><span class="row-main row-title">{t('Instalar neste celular')}</span><Icon name="next" /></a></li>
        )}
        <li>
          <a class="row" href="/conta/">
            <Icon name="device" />
            <span class="row-main"><span class="row-title">{t('Meus acessos e aparelhos')}</span><span class="row-sub">{t('Precisa de sinal')}</span></span>
            <Icon name="next" />
          </a>
        </li>
      </ul>
      {who.signedOut
        ? <Button icon="enter" href="#/entrar">{t('Entrar de novo')}</Button>
        : <SignOut />}
    </Screen>
  )
}
