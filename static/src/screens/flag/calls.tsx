// Whom to ring, first of all. A telephone needs no network and no data: `tel:` links, and each attempt noted. When nobody
// answers the next number of the same recipient stands in its place.
import { useState } from 'preact/hooks'
import type { FlagCall } from '../../actions/flag'
import { CALL_OUTCOMES, type CallOutcome, type Recipient } from '../../contract/protection'
import { ringsOf, type Ring } from '../../rules/duty'
import { nameOf } from '../../rules/flag'
import { wallTime } from '../../rules/hours'
import { me } from '../../store/state'
import { Button, Icon, TextField, clockTime, now, t } from '../../ui'

export interface Attempt { recipient: string; number: string | null; outcome: CallOutcome; protocol: string | null; at: string }

export function Calls({ codes, recipients, regionId, attempts, onTell, title }: {
  codes: readonly string[]
  recipients: readonly Recipient[]
  regionId: string | null
  attempts: readonly Attempt[]
  onTell: (call: FlagCall) => Promise<void> | void
  title: string
}) {
  const [noting, setNoting] = useState(false) // a call made by another telephone
  const wall = wallTime(now.value, me.value?.municipality.timezone)
  const lines = codes.map((code) => ({ code, rings: ringsOf(recipients, code, regionId, wall) }))
  return (
    <section class="calls" data-name="calls">
      <h2 class="section">{title}</h2>
      <ul class="list">
        {lines.map(({ code, rings }) => (
          <Line key={code} code={code} rings={rings} recipients={recipients} attempts={attempts.filter((one) => one.recipient === code)} noting={noting} onTell={onTell} />
        ))}
      </ul>
      {!noting && <div class="under"><Button kind="quiet" icon="note" name="note-calls" onPress={() => setNoting(true)}>{t('Liguei de outro telefone')}</Button></div>}
    </section>
  )
}

// The next one that did not fail to answer; when all failed, from the first again.
function nextOf(rings: readonly Ring[], attempts: readonly Attempt[]): Ring | null {
  const failed = new Map<string, number>()
  for (const { number, outcome } of attempts) if (number !== null && outcome !== 'answered') failed.set(number, (failed.get(number) ?? 0) + 1)
  const least = Math.min(...rings.map(({ phone }) => failed.get(phone) ?? 0))
  return rings.find(({ phone }) => (failed.get(phone) ?? 0) === least) ?? null
}

function Line({ code, rings, recipients, attempts, noting, onTell }: {
  code: string; rings: readonly Ring[]; recipients: readonly Recipient[]; attempts: readonly Attempt[]; noting: boolean; onTell: (call: FlagCall) => Promise<void> | void
}) {
  const [asking, setAsking] = useState<{ ring: Ring; at: string; answered: boolean } | null>(null)
  const [who, setWho] = useState('')
  const [protocol, setProtocol] = useState('')
  const ring = nextOf(rings, attempts)
  const name = ring?.name ?? nameOf(code, recipients)
  const last = attempts.at(-1)
  const begin = (one: Ring) => setAsking({ ring: one, at: new Date().toISOString(), answered: false })
  const tell = async (outcome: CallOutcome) => {
    if (!asking) return
    await onTell({ recipient: code, number: asking.ring.phone, outcome, who: outcome === 'answered' ? who : '', protocol: outcome === 'answered' ? protocol : '', at: asking.at })
    setAsking(null)
    setWho('')
    setProtocol('')
  }
  return (
    <li class="call" data-name="call" data-recipient={code}>
      <div class="call-row">
        <span class="row-main">
          <span class="row-title">{name}</span>
          {ring && !name.includes(ring.phone) && <span class="row-sub">{[ring.label, ring.phone].filter(Boolean).join(' · ')}</span>}
          {!ring && <span class="row-sub">{t('Sem telefone de plantão neste celular agora')}</span>}
        </span>
        {ring && <Button kind="primary" icon="phone" name="call-now" href={`tel:${ring.phone.replace(/[^\d+*#]/g, '')}`} onPress={() => begin(ring)}>{t('Ligar')}<span class="unseen"> {name}</span></Button>}
      </div>
      {attempts.length > 0 && (
        <ul class="attempts">
          {attempts.map((one, at) => (
            <li key={at} data-name="attempt" data-outcome={one.outcome}>
              <Icon name={one.outcome === 'answered' ? 'check' : 'close'} small />
              <span>{[t(CALL_OUTCOMES[one.outcome]), clockTime(one.at, me.value?.municipality.timezone), one.number, one.protocol && t('protocolo {protocol}', { protocol: one.protocol })].filter(Boolean).join(' · ')}</span>
            </li>
          ))}
        </ul>
      )}
      {ring && last && last.outcome !== 'answered' && !asking && (
        <p class="hint" data-name="next-number">{ring.phone === last.number ? t('Não atendeu. Ligue de novo.') : t('Não atendeu. O próximo número já está no botão.')}</p>
      )}
      {ring && noting && !asking && <button type="button" class="mini" data-name="note-call" onClick={() => begin(ring)}><Icon name="note" /><span>{t('Anotar')}<span class="unseen"> {name}</span></span></button>}
      {asking && !asking.answered && (
        <div class="asking" role="group" aria-label={t('A ligação para {phone}', { phone: asking.ring.phone })}>
          <Button icon="check" name="call-answered" onPress={() => setAsking({ ...asking, answered: true })}>{t('Atendeu')}</Button>
          <Button icon="close" name="call-no_answer" onPress={() => void tell('no_answer')}>{t('Não atendeu')}</Button>
          <Button name="call-busy" onPress={() => void tell('busy')}>{t('Ocupado')}</Button>
        </div>
      )}
      {asking?.answered && (
        <div class="stack told">
          <TextField label={t('Quem atendeu')} hint={t('Se disse o nome')} name="call-who" maxLength={80} capitalize value={who} onInput={setWho} />
          <TextField label={t('Protocolo')} hint={t('Se deram um número')} name="call-protocol" maxLength={60} value={protocol} onInput={setProtocol} />
          <Button kind="primary" icon="check" name="call-keep" onPress={() => void tell('answered')}>{t('Anotar')}</Button>
        </div>
      )}
    </li>
  )
}
