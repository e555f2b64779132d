// The checks a phone can make of what is said of a referral after it was sent.
import type { TellAnswerBody, TripBody } from '../contract/commands'
import { mark } from '../contract/words'
import type { FieldProblems } from './problems'

export const MOST_STOPS = 20
const MAX_TEXT = 500
const MAX_WHO = 80

export function checkTold({ status, reason, text, who }: TellAnswerBody): FieldProblems {
  const found: FieldProblems = {}
  if ((status === 'declined' || status === 'ended') && !reason) found['reason'] = mark('Escolha o que a unidade respondeu.')
  if (reason === 'other' && !text?.trim()) found['text'] = mark('Explique em poucas palavras.')
  if ((text?.length ?? 0) > MAX_TEXT) found['text'] = mark('A explicação passa de 500 letras.')
  if ((who?.length ?? 0) > MAX_WHO) found['who'] = mark('O nome passa de 80 letras.')
  return found
}

export function checkTrip({ referral_ids, travel, note }: Omit<TripBody, 'trip_id' | 'travel'> & { travel: TripBody['travel'] | null }): FieldProblems {
  const found: FieldProblems = {}
  const stops = new Set(referral_ids).size
  if (stops < 1 || stops !== referral_ids.length) found['referral_ids'] = mark('Escolha quem vai nesta saída.')
  if (stops > MOST_STOPS) found['referral_ids'] = mark('Uma saída leva no máximo 20 encaminhamentos.')
  if (!travel) found['travel'] = mark('Diga como vão.')
  if ((note?.length ?? 0) > MAX_TEXT) found['note'] = mark('O recado passa de 500 letras.')
  return found
}
