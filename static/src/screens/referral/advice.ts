/** What is known of a referral and what the team can do now. Pure: nothing is claimed that the phone does not know of. */
import { DECLINE_REASONS, type DeclineReason } from '../../contract/terms'
import { REFERRAL_ANSWERS } from '../../contract/network'
import type { Unit } from '../../contract/pull'
import type { LocalReferral } from '../../store/state'
import { age, dayAndTime, t, tn, type IconName, type Tone } from '../../ui'
import { sendState } from '../frame/states'
import { isOverdue, isReceived, takenWord, untilWords } from './state-words'

export interface Advice {
  tone: Tone; icon?: IconName; title: string
  lines: string[]
  call: boolean // the number stands in the notice, to be rung
  next: { unit_id: string; name: string } | null // one tap, if the person accepts it
  other: boolean // another unit can be chosen
}
const told = (title: string, change: Partial<Advice> = {}): Advice => ({ tone: 'info', title, lines: [], call: false, next: null, other: false, ...change })

export interface Knowing { unit: Unit | undefined; unitOf: (id: string) => Unit | undefined; now: number; timeZone?: string | undefined }

export function adviceOf(one: LocalReferral, { unit, unitOf, now, timeZone }: Knowing): Advice {
  const at = (iso: string | null): string[] => (iso === null ? [] : [t('às {time}', { time: untilWords(iso, now, timeZone) })])
  const hasDesk = unit?.has_desk ?? true
  if (one.state === 'needs_you') return told(t('Precisa de você'), { tone: 'bad', other: true, lines: one.problem === null ? [] : [t(one.problem.title)] })
  if (one.state === 'withdrawn' && one.status !== 'redirected') return told(sendState('withdrawn').word, { icon: 'withdrawn' })
  if (isOverdue(one, now)) {
    const until = one.held_until ?? one.arrive_by!
    return told(t('Passou da hora'), {
      tone: 'warn', icon: 'clock', call: true, other: true,
      lines: [one.held_until
        ? t('A vaga estava guardada até {time}. Ela pode ter ido para outra pessoa: ligue antes de seguir.', { time: untilWords(until, now, timeZone) })
        : t('A pessoa era esperada até {when}. Se ainda quer ir, ligue ou encaminhe de novo.', { when: dayAndTime(until, timeZone) })],
    })
  }
  switch (one.status) {
    case 'sent': return isReceived(one) ? waiting(one, hasDesk, unitOf, now) : unheard(one, hasDesk)
    case 'held': return told(one.held_until ? t('Vaga guardada até {time}', { time: untilWords(one.held_until, now, timeZone) }) : t('Vaga guardada'), {
      tone: 'ok', icon: 'bed', lines: [t('Pode ir. Depois dessa hora, a vaga volta para outras pessoas.')],
    })
    case 'accepted': return told(t('A unidade aceitou. Pode ir.'), {
      tone: 'ok', lines: [...at(one.decided_at), ...(one.held_until ? [t('Vaga guardada até {time}', { time: untilWords(one.held_until, now, timeZone) })] : [])],
    })
    case 'on_the_way': return told(t('A caminho'), {
      icon: 'next', lines: one.held_until ? [t('Vaga guardada até {time}', { time: untilWords(one.held_until, now, timeZone) })]
        : one.hold === 'granted' ? [] : [t('A vaga não está guardada. Se puder, ligue antes de chegar.')],
      call: !one.held_until && one.purpose === 'place' && one.hold !== 'granted',
    })
    case 'arrived': return told(t('A pessoa chegou'), { tone: 'ok', icon: 'door', lines: at(one.arrived_at) })
    case 'in_service': return told(t('A pessoa está em atendimento'), { tone: 'ok', icon: 'door', lines: at(one.arrived_at) })
    case 'ended': return told(t('Encerrado com resposta'), {
      tone: 'ok', lines: [...(one.answer ? [t(REFERRAL_ANSWERS[one.answer])] : []), ...(one.answer_text ? [one.answer_text] : [])],
    })
    case 'not_arrived': return told(t('A pessoa não chegou'), { tone: 'warn', lines: [t('Se a encontrar de novo, pergunte se ainda quer ir.')], other: true })
    case 'revoked': return told(t('Encaminhamento cancelado'), { icon: 'withdrawn', lines: at(one.decided_at) })
    case 'redirected': return told(t('Foi para outra unidade'), { icon: 'next' })
    case 'declined': {
      const why = one.decline_reason && DECLINE_REASONS[one.decline_reason as DeclineReason]
      const proposed = one.proposed_unit_id ? unitOf(one.proposed_unit_id) : undefined
      return told(t('A unidade não pode receber'), {
        tone: 'bad', other: true, next: proposed ? { unit_id: proposed.id, name: proposed.name } : null,
        lines: [[why && t(why), ...at(one.decided_at)].filter(Boolean).join(' · '), one.decline_text ?? '', proposed ? t('Sugeriu: {name}', { name: proposed.name }) : ''].filter(Boolean),
      })
    }
  }
}

/** The message has not left the phone, or nobody answered it: nothing is kept there. */
function unheard(one: LocalReferral, hasDesk: boolean): Advice {
  const base = { tone: 'warn' as const, icon: 'noSignal' as const, call: true }
  if (!hasDesk) return told(t('Ligue para a unidade e anote aqui a resposta'), { ...base, icon: 'phone' })
  if (one.purpose === 'place') {
    return told(t('A vaga ainda não está guardada'), { ...base, lines: [t('O abrigo recebe o pedido quando houver sinal. Ligue:')] })
  }
  return told(t('A unidade ainda não recebeu. Ligue:'), { ...base, lines: [t('Guardado no aparelho. Envia sozinho quando houver sinal.')] })
}

function waiting(one: LocalReferral, hasDesk: boolean, unitOf: Knowing['unitOf'], now: number): Advice {
  if (!hasDesk) return told(t('Ligue para a unidade e anote aqui a resposta'), { tone: 'warn', icon: 'phone', call: true })
  if (one.hold === 'taken') {
    const next = one.next && { unit_id: one.next.unit_id, name: one.next.name ?? unitOf(one.next.unit_id)?.name ?? t('Outra unidade') }
    return told(takenWord(one), {
      tone: 'bad', icon: 'bed', other: true, next,
      lines: [next && one.next ? t('Próxima opção: {what}', { what: [next.name, placesOf(one.next, unitOf, now)].filter(Boolean).join(' ') }) : t('Nenhuma outra unidade tem vaga confirmada agora. Ligue ou escolha outra.')],
    })
  }
  if (one.hold === 'unconfirmed') {
    return told(t('A vaga não está confirmada'), { tone: 'warn', icon: 'clock', call: true, other: true, lines: [t('Esse abrigo não responde há um tempo. Ligue antes de ir.')] })
  }
  return told(t('A unidade recebeu o aviso'), { icon: 'clock', lines: [t('Esperando resposta. Ela aparece aqui.')] })
}

/** "(2 vagas, há 5 min)": of the push, else of what the phone holds of that unit. */
function placesOf(next: NonNullable<LocalReferral['next']>, unitOf: Knowing['unitOf'], now: number): string {
  const known = next.free_places === null ? unitOf(next.unit_id) : next
  if (!known || known.free_places === null || known.free_noted_at === null) return ''
  return `(${tn('{n} vaga', '{n} vagas', known.free_places)}, ${age(known.free_noted_at, now)})`
}
