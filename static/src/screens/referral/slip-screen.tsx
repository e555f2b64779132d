import { useState } from 'preact/hooks'
import { paperOf, paperText, type SlipFacts } from '../../rules/slip-paper'
import { SLIP_LANGUAGES, SLIP_WORDS, type SlipLanguage } from '../../rules/slip-words'
import { me, referrals, units, type LocalReferral } from '../../store/state'
import { Button, Notice, showToast, t, Tiles, type Params } from '../../ui'
import { Qr } from '../../ui/qr'
import { Screen } from '../frame/screen'
import { cityNow } from './city-clock'
import { useSlip } from './slip-code'
import { slipPicture } from './slip-picture'
import { isOpen, referralState } from './state-words'
import './referral.css'
import './slip.css'

type Paper = 'a6' | '58'

/** What goes along with the person: to be shown, printed or sent to a phone of hers. No name and no reason are on it. */
export function SlipScreen({ params }: { params: Params }) {
  const referral = referrals.value.find((one) => one.id === params['id'])
  if (referral === undefined) {
    return <Screen title={t('Papel para a pessoa')} backTo="/hoje"><Notice title={t('Este encaminhamento não está mais neste celular')} /></Screen>
  }
  if (!isOpen(referral) || referral.state === 'needs_you') {
    return (
      <Screen title={t('Papel para a pessoa')} backTo={`/encaminhamento/${referral.id}`}>
        <Notice tone="warn" name="no-slip" title={t('Este encaminhamento não vale mais para a porta')}
          actions={<Button icon="next" name="to-referral" href={`#/encaminhamento/${referral.id}`}>{t('Ver o encaminhamento')}</Button>}>{referralState(referral, cityNow.value, me.value?.municipality.timezone).word}</Notice>
      </Screen>
    )
  }
  return <Slip key={referral.id} referral={referral} />
}

function Slip({ referral }: { referral: LocalReferral }) {
  const [language, setLanguage] = useState<SlipLanguage>('pt')
  const [size, setSize] = useState<Paper>('a6')
  const qr = useSlip(referral)
  const words = SLIP_WORDS[language]
  const paper = paperOf(factsOf(referral), language)
  const share = async () => {
    const text = paperText(paper, language)
    try {
      if (!navigator.share) {
        await navigator.clipboard.writeText(text)
        showToast({ text: t('Texto copiado'), icon: 'check' })
        return
      }
      // As a picture where this phone can send one; the words go along, to be read aloud or found again.
      const files = await slipPicture(paper, language, qr).then((file) => [file], () => [])
      const whole = files.length > 0 && navigator.canShare?.({ files })
      await navigator.share({ title: paper.title, text, ...(whole ? { files } : {}) })
    } catch (error) {
      // Shut by the worker: nothing to say.
      if ((error as Error).name !== 'AbortError') showToast({ text: t('Este celular não conseguiu compartilhar'), icon: 'info' })
    }
  }
  return (
    <Screen title={t('Papel para a pessoa')} backTo={`/encaminhamento/${referral.id}`}
      bottom={(
        <>
          <Button icon="share" name="share" onPress={() => void share()}>{t('Enviar')}</Button>
          <Button kind="primary" icon="file" main name="print" onPress={() => window.print()}>{t('Imprimir')}</Button>
        </>
      )}>
      <div class="chips no-print">
        <Tiles legend={t('Língua do papel')} name="slip-language" value={language} onChange={(next) => { if (next) setLanguage(next) }}
          options={(Object.keys(SLIP_LANGUAGES) as SlipLanguage[]).map((value) => ({ value, label: SLIP_LANGUAGES[value] }))} />
        <Tiles legend={t('Tamanho para imprimir')} name="slip-paper" value={size} onChange={(next) => { if (next) setSize(next) }}
          options={[{ value: 'a6', label: t('Folha A6') }, { value: '58', label: t('Rolo de 58 mm') }]} />
      </div>
      <article class={`via via-${size}`} lang={language === 'pt' ? 'pt-BR' : language} data-name="via">
        <header>
          <h2>{paper.title}</h2>
          <small>{paper.city}</small>
        </header>
        <p>{paper.show}</p>
        <p class="via-code"><span>{words.code}</span><b data-name="slip-code">{referral.code}</b></p>
        {qr !== null && <Qr text={qr} label={words.code} />}
        <dl>{paper.facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
        <h3>{words.rights}</h3>
        <ul>{paper.rights.map((right) => <li key={right}>{right}</li>)}</ul>
        <p><strong>{paper.complain}</strong></p>
      </article>
    </Screen>
  )
}

/** Of the unit as the phone holds it, and of nobody. */
function factsOf(referral: LocalReferral): SlipFacts {
  const unit = units.value.find((one) => one.id === referral.unit_id)
  return {
    code: referral.code, unit_name: referral.unit_name ?? unit?.name ?? null, people_count: referral.people_count, until: referral.held_until ?? referral.arrive_by,
    appointment_at: referral.appointment_at, unit, city: me.value?.municipality.name ?? null, ombudsman: me.value?.settings.ombudsman ?? null,
    timeZone: me.value?.municipality.timezone,
  }
}
