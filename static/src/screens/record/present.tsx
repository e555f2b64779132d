// Who was there, as far as is known: to their page, and back out of the record when it was somebody else.
import { useState } from 'preact/hooks'
import { unlinkPerson } from '../../actions/people'
import { AGE_BANDS, SEXES } from '../../contract/terms'
import type { UnlinkBody } from '../../contract/commands'
import { presentOf, type There } from '../../store/people'
import type { LocalEncounter } from '../../store/state'
import { Badge, Button, Icon, Sheet, showToast, t, Tiles } from '../../ui'
import { SaveFailedSheet, useSave } from '../form/save'
import { Called } from '../people/person-row'
import '../people/people.css'

export function Present({ record, changeable }: { record: LocalEncounter; changeable: boolean }) {
  const [wrong, setWrong] = useState<There | null>(null)
  const known = presentOf(record).filter((one) => one.person_id !== null || one.called)
  if (!known.length) return null
  return (
    <section>
      <h2 class="section">{t('Quem estava')}</h2>
      <ul class="list" data-name="present-list">
        {known.map((one) => (
          <li key={one.participation_id} data-name="present-person" data-id={one.person_id}>
            <Known one={one} />
            {changeable && one.person_id && <div class="row-actions"><Button kind="quiet" icon="close" name="unlink" onPress={() => setWrong(one)}>{t('Não é esta pessoa')}</Button></div>}
          </li>
        ))}
      </ul>
      <UnlinkSheet record={record} one={wrong} onClose={() => setWrong(null)} />
    </section>
  )
}

function Known({ one }: { one: There }) {
  const inside = (
    <>
      <Icon name="person" />
      <span class="row-main">
        <span class="row-title"><Called>{one.called ?? t('Pessoa conhecida')}</Called></span>
        <span class="row-sub">{[one.age_band && t(AGE_BANDS[one.age_band]), one.sex && t(SEXES[one.sex])].filter(Boolean).join(' · ')}</span>
        {one.certainty === 'possible' && <Badge icon="help">{t('Pode ser a pessoa')}</Badge>}
      </span>
    </>
  )
  return one.person_id ? <a class="row" href={`#/pessoa/${one.person_id}`}>{inside}<Icon name="next" /></a> : <div class="row">{inside}</div>
}

function UnlinkSheet({ record, one, onClose }: { record: LocalEncounter; one: There | null; onClose: () => void }) {
  const [reason, setReason] = useState<UnlinkBody['reason'] | null>(null)
  const save = useSave()
  const onSave = () => void save.run(async () => {
    await unlinkPerson(record.id, one!.participation_id, reason!)
    setReason(null)
    showToast({ text: t('Guardado no aparelho') })
    onClose()
  })
  return (
    <>
      <Sheet open={one !== null} title={t('Não era esta pessoa?')} name="unlink-sheet" onClose={onClose}
        actions={(
          <>
            <Button kind="danger" icon="close" name="unlink-yes" busy={save.busy} disabled={!reason} onPress={onSave}>{t('Desligar do encontro')}</Button>
            <Button onPress={onClose}>{t('Deixar como está')}</Button>
          </>
        )}>
        <p class="lead"><Called>{one?.called ?? ''}</Called></p>
        <Tiles legend={t('Por quê?')} name="unlink-reason" value={reason} onChange={setReason}
          options={[{ value: 'wrong_person', label: t('Era outra pessoa') }, { value: 'by_mistake', label: t('Foi engano') }, { value: 'other', label: t('Outro motivo') }]} />
        <p class="hint">{t('A pessoa volta a ser contada como desconhecida neste encontro. O histórico fica.')}</p>
      </Sheet>
      <SaveFailedSheet failure={save.failure} busy={save.busy} onRetry={onSave} onClose={save.dismiss} />
    </>
  )
}
