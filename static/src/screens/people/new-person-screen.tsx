// Somebody whom nobody knows yet: what she is called is enough. Who may be the same is said while it is written.
import { useEffect } from 'preact/hooks'
import { DraftRefused } from '../../actions'
import { MAX_NAME, registerPerson } from '../../actions/people'
import { AGE_BANDS, SEXES, type AgeBand, type CalledKind, type Sex } from '../../contract/terms'
import { Button, go, mark, replace, showToast, t, TextField, Tiles } from '../../ui'
import { useDraft } from '../form/draft'
import { problemOf } from '../form/problems'
import { saved, SaveFailedSheet, useSave } from '../form/save'
import { Screen } from '../frame/screen'
import { regionHere } from './here'
import { AlikeList } from './alike-list'
import { KindTiles } from './kind-tiles'
import './people.css'

const blank = (): { called: string; kind: CalledKind | null; band: AgeBand | null; sex: Sex | null } => ({ called: '', kind: null, band: null, sex: null })

export function NewPersonScreen() {
  const { draft: { called, kind, band, sex }, put, drop } = useDraft('person', '', blank)
  const save = useSave()
  const region_id = regionHere()
  useEffect(() => { document.querySelector('main .error')?.scrollIntoView({ block: 'center' }) }, [save.problems])
  const onSave = () => void save.run(async () => {
    if (!kind) throw new DraftRefused({ called_kind: mark('Diga de que tipo é este nome.') })
    const id = await registerPerson({ called, called_kind: kind, age_band: band, sex, region_id })
    saved()
    drop()
    showToast({ text: t('Guardado no aparelho') })
    replace(`/pessoa/${id}`)
  })
  return (
    <Screen title={t('Pessoa nova')} backTo="/pessoas" quiet
      bottom={<Button kind="primary" icon="check" main name="save-person" busy={save.busy} disabled={!called.trim()} onPress={onSave}>{t('Guardar')}</Button>}>
      <TextField label={t('Como a pessoa é chamada?')} hint={t('Um apelido ou uma descrição bastam. Exemplo: senhor do carrinho azul.')} name="called" capitalize
        maxLength={MAX_NAME} value={called} error={problemOf(save.problems, 'called')} onInput={(next) => put({ called: next })} />
      <AlikeList names={[called]} age_band={band} sex={sex} region_id={region_id} onPick={(card) => go(`/pessoa/${card.id}`)} />
      <KindTiles value={kind} onChange={(next) => put({ kind: next })} error={problemOf(save.problems, 'called_kind')} />
      <Tiles legend={t('Idade, se deu para ver')} columns={2} clearable name="age-band" value={band} onChange={(next) => put({ band: next })}
        options={Object.entries(AGE_BANDS).map(([value, label]) => ({ value: value as AgeBand, label: t(label) }))} />
      <Tiles legend={t('Sexo aparente')} hint={t('Só para a contagem do mês. Pode ficar sem resposta.')} columns={2} clearable name="sex" value={sex} onChange={(next) => put({ sex: next })}
        options={Object.entries(SEXES).map(([value, label]) => ({ value: value as Sex, label: t(label) }))} />
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </Screen>
  )
}
