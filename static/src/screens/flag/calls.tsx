// Whom to ring, first of all. A telephone needs no network and no data: `tel:` links, and each attempt noted. When nobody
// answers the next number of the same recipient stands in its place. A call takes the app out of sight, and a small phone may
// end it meanwhile: what is being rung is kept by whoever shows this, with its draft.
import { useState } from 'preact/hooks'
import type { FlagCall } from '../../actions/flag'
import { CALL_OUTCOMES, type CallOutcome, type Recipient } from '../../contract/protection'
import { ringsOf, type Ring } from '../../rules/duty'
import { nameOf } from '../../rules/flag'
import { wallTime } from '../../rules/hours'
import type { Attempt } from '../../store/flags'
import { me } from '../../store/state'
import { Button, Icon, TextField, clockTime, t } from '../../ui'
import { cityNow } from '../referral/city-clock'

/** A call under way: by recipient, until its outcome is noted. */
export interface Ringing { number: string; at: string; answered: boolean; who: string; protocol: string }
export type RingingBy = Readonly<Partial<Record<string, Ringing>>>

export function withRinging(all: RingingBy, code: string, one: Ringing | null): RingingBy {
  const { [code]: _, ...others } = all
  return one ? { ...others, [code]: one } : others
}

interface Shown {
  recipients: readonly Recipient[]
  attempts: readonly Attempt[]
  onRinging: (code: string, one: Ringing | null) => void
  /** The one that is no longer ringing is the caller's to take off. */
  onTell: (call: FlagCall) => void
}

export function Calls({ codes, regionId, ringing, title, attempts, ...shown }: Shown & {
  codes: readonly string[]; regionId: string | null; ringing: RingingBy; title: string
}) {
  const [noting, setNoting] = useState(false) // a call made by another telephone
  const wall = wallTime(cityNow.value, me.value?.municipality.timezone)
  const lines = codes.map((code) => ({ code, rings: ringsOf(shown.recipients, code, regionId, wall) }))
  return (
    <section class="calls" data-name="calls">
      <h2 class="section">{title}</h2>
      <ul class="list">
        {lines.map(({ code, rings }) => (
          <Line key={code} code={code} rings={rings} asking={ringing[code] ?? null} noting={noting} attempts={attempts.filter((one) => one.recipient === code)} {...shown} />
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

const dialled = (phone: string): string => `tel:${phone.replace(/[^\d+*#]/g, '')}`

function Line({ code, rings, recipients, attempts, asking, noting, onRinging, onTell }: Shown & { code: string; rings: readonly Ring[]; asking: Ringing | null; noting: boolean }) {
  const [all, setAll] = useState(false)
  const ring = nextOf(rings, attempts)
  const name = ring?.name ?? nameOf(code, recipients)
  const last = attempts.at(-1)
  const others = rings.filter((one, at) => one.phone !== ring?.phone && rings.findIndex(({ phone }) => phone === one.phone) === at)
  const begin = (one: Ring) => onRinging(code, { number: one.phone, at: new Date().toISOString(), answered: false, who: '', protocol: '' })
  const put = (changed: Partial<Ringing>) => asking && onRinging(code, { ...asking, ...changed })
  const tell = (outcome: CallOutcome) => {
    if (!asking) return
    const answered = outcome === 'answered'
    onTell({ recipient: code, number: asking.number, outcome, who: answered ? asking.who : '', protocol: answered ? asking.protocol : '', at: asking.at })
  }
  return (
    <li class="call" data-name="call" data-recipient={code}>
      <div class="call-row">
        <span class="row-main">
          <span class="row-title">{name}</span>
          {ring && !name.includes(ring.phone) && <span class="row-sub">{[ring.label, ring.phone].filter(Boolean).join(' · ')}</span>}
          {!ring && <span class="row-sub">{t('Sem telefone de plantão neste celular agora')}</span>}
        </span>
        {ring && <Button kind="primary" icon="phone" name="call-now" href={dialled(ring.phone)} onPress={() => begin(ring)}>{t('Ligar')}<span class="unseen"> {name}</span></Button>}
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
        <p class="hint" data-name="next-number">{last.number !== null && ring.phone !== last.number ? t('Não atendeu. O próximo número já está no botão.') : t('Não atendeu. Ligue de novo.')}</p>
      )}
      {ring && noting && !asking && <button type="button" class="mini" data-name="note-call" onClick={() => begin(ring)}><Icon name="note" /><span>{t('Anotar')}<span class="unseen"> {name}</span></span></button>}
      {others.length > 0 && !all && !asking && <button type="button" class="mini" data-name="other-numbers" onClick={() => setAll(true)}><Icon name="plus" /><span>{t('Outros números')}<span class="unseen"> {name}</span></span></button>}
      {all && !asking && others.map((one) => (
        <Button key={one.phone} icon="phone" name="call-other" href={dialled(one.phone)} onPress={() => { setAll(false); begin(one) }}>
          {[one.name ?? name, one.label, one.phone].filter(Boolean).join(' · ')}
        </Button>
      ))}
      {asking && !asking.answered && (
        <div class="asking" role="group" aria-label={t('A ligação para {phone}', { phone: asking.number })}>
          <Button icon="check" name="call-answered" onPress={() => put({ answered: true })}>{t('Atendeu')}</Button>
          <Button icon="close" name="call-no_answer" onPress={() => tell('no_answer')}>{t('Não atendeu')}</Button>
          <Button name="call-busy" onPress={() => tell('busy')}>{t('Ocupado')}</Button>
        </div>
      )}
      {asking?.answered && (
        <div class="stack told">
          <TextField label={t('Quem atendeu')} hint={t('Se disse o nome')} name="call-who" maxLength={80} capitalize value={asking.who} onInput={(who) => put({ who })} />
          <TextField label={t('Protocolo')} hint={t('Se deram um número')} name="call-protocol" maxLength={60} value={asking.protocol} onInput={(protocol) => put({ protocol })} />
          <Button kind="primary" icon="check" name="call-keep" onPress={() => tell('answered')}>{t('Anotar')}</Button>
        </div>
      )}
    </li>
  )
}
