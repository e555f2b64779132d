import type { Unit } from '../../contract/pull'
import { MAX_CALLED } from '../../rules/home-visit'
import { Button, Icon, Stepper, Switch, t, TextArea, TextField } from '../../ui'
import type { ReferralWish } from '../encounter/draft'
import { problemOf, type Problems } from '../form/problems'

const NOTE_MAX = 500

/** What a door needs to know; nothing here is required. */
export function ReferralFields({ unit, wish, onChange, onOtherUnit, problems }: {
  unit: Unit | undefined; wish: ReferralWish; onChange: (wish: ReferralWish) => void; onOtherUnit: () => void; problems: Problems
}) {
  const put = (changed: Partial<ReferralWish>) => onChange({ ...wish, ...changed })
  return (
    <div class="stack referral">
      <div class="card going">
        <Icon name="bed" />
        <div class="row-main">
          <p class="row-title">{unit?.name ?? t('Abrigo')}</p>
          <p class="row-sub">{t('A pessoa aceitou ir')}</p>
        </div>
        <Button kind="quiet" name="other-unit" onPress={onOtherUnit}>{t('Mudar')}</Button>
      </div>
      <Stepper compact label={t('Quantas pessoas vão')} name="referral-people" min={1} max={300} value={wish.people_count}
        onChange={(people_count) => put({ people_count })} />
      <Switch label={t('Com crianças')} icon="child" name="with-children" value={wish.with_children} onChange={(with_children) => put({ with_children })} />
      <Switch label={t('Com animais')} icon="animal" name="with-animals" value={wish.with_animals} onChange={(with_animals) => put({ with_animals })} />
      <TextField label={t('Nome para a porta')} hint={t('Se a pessoa quiser dizer. Pode ser apelido.')} name="called" capitalize
        maxLength={MAX_CALLED} value={wish.called} error={problemOf(problems, 'called')} onInput={(called) => put({ called })} />
      <details class="help" open={wish.note !== '' || problemOf(problems, 'note') !== null}>
        <summary>{t('Recado para o abrigo')}</summary>
        <TextArea label={t('Recado')} hint={t('Só o que a porta precisa saber. Nada de saúde, de violência ou de polícia.')} name="referral-note"
          rows={2} maxLength={NOTE_MAX} value={wish.note} error={problemOf(problems, 'note')} onInput={(note) => put({ note })} />
      </details>
    </div>
  )
}
