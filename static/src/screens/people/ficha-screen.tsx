// Every question of the ficha, as the city asks it. None is owed; each says what it is for.
import { useState } from 'preact/hooks'
import type { Ficha, FichaField } from '../../contract/pull'
import { cardOf, type Card } from '../../store/people'
import { ficha } from '../../store/state'
import { Icon, Notice, t, tn, type Params } from '../../ui'
import { Screen } from '../frame/screen'
import { answerWords } from './answers'
import { FieldSheet } from './field-sheet'
import { Called } from './person-row'
import './people.css'

const isAnswered = (card: Card, field: FichaField): boolean => field.id in card.told || card.asked.includes(field.id)

export function FichaScreen({ params }: { params: Params }) {
  const card = cardOf(params['id'] ?? '')
  const [open, setOpen] = useState<FichaField | null>(null)
  if (!card || !ficha.value) {
    return (
      <Screen title={t('Ficha')} backTo={`/pessoa/${params['id'] ?? ''}`}>
        <Notice>{card ? t('As perguntas ainda não chegaram neste celular. Elas vêm com o sinal.') : t('Esta pessoa não está neste celular')}</Notice>
      </Screen>
    )
  }
  return (
    <Screen title={t('Ficha')} backTo={`/pessoa/${card.id}`}>
      <p class="lead"><Called>{card.called}</Called></p>
      <p class="hint">{t('Pergunte só o que ajuda agora. Nada é obrigatório, e nada se pergunta duas vezes.')}</p>
      {ficha.value.groups.map((group) => <Group key={group.id} group={group} card={card} onOpen={setOpen} />)}
      <FieldSheet key={open?.id ?? 'none'} card={card} field={open} onClose={() => setOpen(null)} />
    </Screen>
  )
}

function Group({ group, card, onOpen }: { group: Ficha['groups'][number]; card: Card; onOpen: (field: FichaField) => void }) {
  const answered = group.fields.filter((field) => isAnswered(card, field)).length
  return (
    <details class="ficha-group" data-name="ficha-group" data-id={group.id}>
      <summary>
        <span class="row-main">
          <span class="row-title">{group.label}</span>
          <span class="row-sub">{answered ? tn('{n} resposta', '{n} respostas', answered) : t('Nada respondido')}</span>
        </span>
        <Icon name="next" />
      </summary>
      <ul class="fields">
        {group.fields.map((field) => (
          <li key={field.id}>
            <button type="button" class={`row${isAnswered(card, field) ? ' answered' : ''}`} data-name="ficha-field" data-id={field.id} onClick={() => onOpen(field)}>
              <Icon name={isAnswered(card, field) ? 'check' : 'plus'} />
              <span class="row-main">
                <span class="row-title">{field.label}</span>
                {isAnswered(card, field) && <span class="row-sub">{answerWords(field, card.told[field.id]) ?? t('Respondida')}</span>}
                {field.sensitive && <span class="row-sub"><Icon name="lock" small /> {t('Dado sensível')}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
