import { useState } from 'preact/hooks'
import { SLIP_LANGUAGES, SLIP_RIGHTS, SLIP_WORDS, type SlipLanguage } from '../../rules/slip-words'
import { me, referrals, units, type LocalReferral } from '../../store/state'
import { Button, dayAndTime, Notice, showToast, t, Tiles, type Params } from '../../ui'
import { Qr } from '../../ui/qr'
import { Screen } from '../frame/screen'
import { useSlip } from './slip-code'
import './referral.css'
import './slip.css'

type Paper = 'a6' | '58'

/** What goes along with the person: to be shown, printed or sent to a phone of hers. No name and no reason are on it. */
export function SlipScreen({ params }: { params: Params }) {
  const referral = referrals.value.find((one) => one.id === params['id'])
  if (referral === undefined) {
    return <Screen title={t('Papel para a pessoa')} backTo="/hoje"><Notice title={t('Este encaminhamento não está mais neste celular')} /></Screen>
  }
  return <Slip key={referral.id} referral={referral} />
}

function Slip({ referral }: { referral: LocalReferral }) {
  const [language, setLanguage] = useState<SlipLanguage>('pt')
  const [paper, setPaper] = useState<Paper>('a6')
  const qr = useSlip(referral)
  const facts = factsOf(referral, language)
  const words = SLIP_WORDS[language]
  const share = async () => {
    const text = plainText(referral, language)
    try {
      if (navigator.share) await navigator.share({ title: words.title, text })
      else {
        await navigator.clipboard.writeText(text)
        showToast({ text: t('Texto copiado'), icon: 'check' })
      }
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
        <Tiles legend={t('Tamanho para imprimir')} name="slip-paper" value={paper} onChange={(next) => { if (next) setPaper(next) }}
          options={[{ value: 'a6', label: t('Folha A6') }, { value: '58', label: t('Rolo de 58 mm') }]} />
      </div>
      <article class={`via via-${paper}`} lang={language === 'pt' ? 'pt-BR' : language} data-name="via">
        <header>
          <h2>{words.title}</h2>
          <small>{me.value?.municipality.name}</small>
        </header>
        <p>{words.show}</p>
        <p class="via-code"><span>{words.code}</span><b data-name="slip-code">{referral.code}</b></p>
        {qr !== null && <Qr text={qr} label={words.code} />}
        <dl>{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
        <h3>{words.rights}</h3>
        <ul>{SLIP_RIGHTS.map((right) => <li key={right}>{words[right]}</li>)}</ul>
        <p><strong>{words.complain}</strong> {complaints(language).join(' · ')}</p>
      </article>
    </Screen>
  )
}

function complaints(language: SlipLanguage): string[] {
  const words = SLIP_WORDS[language]
  const ombudsman = me.value?.settings.ombudsman
  return [...(ombudsman ? [`${words.ombudsman} ${ombudsman}`] : []), words.hotline]
}

/** Where, when, by which number: of the unit, as the phone holds it. */
function factsOf(referral: LocalReferral, language: SlipLanguage): [string, string][] {
  const words = SLIP_WORDS[language]
  const unit = units.value.find((one) => one.id === referral.unit_id)
  const zone = me.value?.municipality.timezone
  const until = referral.held_until ?? referral.arrive_by
  const where = [referral.unit_name ?? unit?.name, unit?.address].filter(Boolean).join(' · ')
  const facts: [string, string | null | undefined][] = [
    [words.where, where], [words.hours, unit?.hours_text], [words.phone, unit?.phone], [words.until, until && dayAndTime(until, zone)],
    [words.appointment, referral.appointment_at && dayAndTime(referral.appointment_at, zone)], [words.people, String(referral.people_count)],
  ]
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]))
}

export function plainText(referral: LocalReferral, language: SlipLanguage): string {
  const words = SLIP_WORDS[language]
  return [
    words.title, `${words.code}: ${referral.code}`, ...factsOf(referral, language).map(([name, value]) => `${name}: ${value}`), '',
    ...SLIP_RIGHTS.map((right) => words[right]), `${words.complain} ${complaints(language).join(' · ')}`,
  ].join('\n')
}
