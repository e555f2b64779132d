import { MAX_CALLED, MAX_WORDS, type Words } from '../../rules/flag'
import { Notice, TextArea, TextField, t } from '../../ui'
import { problemOf, type Problems } from '../form/problems'

/** What may be written, and how little of it: of a child only what was seen, and what she said unasked. */
export function WordsFields({ words, adult, known, canShut, problems, onChange }: {
  words: Words; adult: boolean; known: boolean; canShut: boolean; problems: Problems; onChange: (words: Words) => void
}) {
  if (!canShut) {
    return (
      <Notice icon="lock" name="no-key" title={t('O relato escrito fica de fora por enquanto')}>
        {t('Este celular ainda não recebeu a chave que fecha o relato. O alerta vai sem ele; escreva depois em “Completar”.')}
      </Notice>
    )
  }
  return (
    <div class="stack" data-name="words">
      {!known && (
        <TextField label={t('Nome, apelido ou como é')} hint={t('Só se você souber. Não pergunte por isso.')} name="flag-called" maxLength={MAX_CALLED} capitalize
          value={words.called} error={problemOf(problems, 'called')} onInput={(called) => onChange({ ...words, called })} />
      )}
      <TextArea label={t('O que você viu')} hint={t('O que os olhos viram, sem conclusão e sem nome de quem fez.')} name="flag-seen" rows={3} maxLength={MAX_WORDS}
        value={words.seen} error={problemOf(problems, 'seen')} onInput={(seen) => onChange({ ...words, seen })} />
      <TextArea label={adult ? t('O que a pessoa quis contar') : t('O que foi dito sem ninguém perguntar')} hint={t('Com as mesmas palavras. Não é preciso.')} name="flag-said" rows={3} maxLength={MAX_WORDS}
        value={words.said} error={problemOf(problems, 'said')} onInput={(said) => onChange({ ...words, said })} />
      <p class="hint">{t('Ao salvar, o que está escrito aqui é fechado: só a técnica do caso abre. Sem foto, sem áudio.')}</p>
    </div>
  )
}
