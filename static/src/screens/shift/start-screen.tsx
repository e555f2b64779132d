import { useEffect, useRef, useState } from 'preact/hooks'
import { startShift } from '../../actions/shift'
import { startPosition, stopPosition } from '../../platform/position'
import { plannedFor, proposedRegion } from '../../rules/shift'
import { lastShiftChoice, rememberShiftChoice } from '../../store/remembered'
import { me, session, shift, units } from '../../store/state'
import { Button, CheckTiles, Notice, Select, Tiles, path, replace, say, sayNow, t } from '../../ui'
import { Screen } from '../frame/screen'
import { cityNow } from '../referral/city-clock'
import { placeNow, regionHere, regionsOf } from './here'

/** Team, region, companions and reference unit, asked once, so that the encounter asks for none of them. */
export function ShiftScreen() {
  const workerId = session.value?.worker.id ?? ''
  const teams = (me.value?.teams ?? []).filter((team) => team.kind === 'street')
  const last = lastShiftChoice(workerId)
  const [teamId, setTeamId] = useState(teams.find((team) => team.id === last?.team_id)?.id ?? teams[0]?.id ?? null)
  const team = teams.find((one) => one.id === teamId)
  const [companions, setCompanions] = useState(last?.team_id === teamId ? last?.companion_ids ?? [] : [])
  const [unitId, setUnitId] = useState<string | null>(last?.team_id === teamId ? last?.reference_unit_id ?? null : team?.reference_unit_id ?? null)
  // undefined: not said; what the phone or the last shift tells stands in its place until somebody does.
  const [said, setSaid] = useState<string | null | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)

  const chooseTeam = (id: string | null) => {
    setTeamId(id)
    setCompanions([])
    setUnitId(teams.find((one) => one.id === id)?.reference_unit_id ?? null)
    setSaid(undefined)
  }
  // The place warms up here too; once the shift is open the app keeps it warm by itself.
  useEffect(() => {
    if (shift.value !== null) return undefined
    startPosition()
    return () => { if (shift.value === null) stopPosition() }
  }, [])
  const offered = regionsOf(team)
  const here = regionHere()
  const planned = plannedFor(me.value?.planned ?? [], teamId, cityNow.value)
  const proposed = proposedRegion(offered.map((one) => one.id), here?.id ?? null, planned?.region_ids ?? [], (last?.team_id === teamId && last?.region_id) || null)
  const regionId = said === undefined ? proposed : said
  const members = (team?.members ?? []).filter((member) => member.id !== workerId)
  const references = units.value.filter((unit) => ['creas', 'centro_pop'].includes(unit.kind) || unit.id === team?.reference_unit_id)

  const under = useRef(false)
  const open = async () => {
    if (!team || !unitId || under.current) return
    under.current = true
    setBusy(true)
    setFailed(false)
    const present = companions.filter((id) => members.some((member) => member.id === id))
    const choice = { team_id: team.id, companion_ids: present, reference_unit_id: unitId, region_id: regionId }
    try {
      await startShift({ ...choice, place: placeNow(), planned_shift_id: planned?.id ?? null })
      rememberShiftChoice(workerId, choice)
      say(t('Turno aberto'))
      // An encounter that waited for the shift is taken up where it was.
      replace(path.value.endsWith('?para=encontro') ? '/encontro' : '/hoje')
    } catch {
      setFailed(true)
      sayNow(t('Não foi guardado'))
    } finally {
      under.current = false
      setBusy(false)
    }
  }

  if (shift.value && !busy) {
    return (
      <Screen title={t('Abrir o turno')} backTo="/hoje"
        bottom={<Button kind="primary" main href="#/hoje">{t('Ir para Hoje')}</Button>}>
        <Notice tone="ok">{t('O turno já está aberto.')}</Notice>
      </Screen>
    )
  }
  return (
    <Screen title={t('Abrir o turno')} backTo="/hoje"
      bottom={team && (
        <Button kind="primary" main icon="clock" busy={busy} disabled={!unitId} onPress={() => void open()} name="start-shift">
          {t('Abrir o turno')}
        </Button>
      )}>
      {failed && <Notice tone="bad" title={t('Não foi guardado')}>{t('O celular não aceitou o registro. Veja o espaço livre e tente de novo.')}</Notice>}
      {!team && <Notice tone="warn">{t('Você ainda não está em nenhuma equipe de rua. Fale com a coordenação.')}</Notice>}
      {team && (teams.length > 1
        ? <Tiles legend={t('Equipe')} name="team" value={teamId} onChange={chooseTeam} options={teams.map((one) => ({ value: one.id, label: one.name, icon: 'people' }))} />
        : <div><p class="hint">{t('Equipe')}</p><p><strong>{team.name}</strong></p></div>)}
      {team && offered.length > 0 && (
        <Tiles legend={t('Em que região vocês começam?')} name="start-region" columns={2} upright={false} clearable value={regionId} onChange={setSaid}
          options={offered.map((one) => ({ value: one.id, label: one.name, hint: one.id === here?.id ? t('o celular está aqui') : planned?.region_ids.includes(one.id) ? t('na escala') : undefined }))} />
      )}
      {members.length > 0 && (
        <CheckTiles legend={t('Quem está com você?')} name="companions" values={companions} onChange={setCompanions}
          options={members.map((member) => ({ value: member.id, label: member.name, icon: 'person' }))} />
      )}
      {team && references.length > 0 && (
        <Select label={t('Unidade de referência')} name="reference-unit" value={unitId} onChange={setUnitId}
          options={references.map((unit) => ({ value: unit.id, label: unit.name }))} />
      )}
    </Screen>
  )
}
