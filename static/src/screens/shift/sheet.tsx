import { useState } from 'preact/hooks'
import { enterRegion, pauseShift, resumeShift } from '../../actions/shift'
import { me, regions, shift } from '../../store/state'
import { Button, Sheet, Tiles, clockTime, t } from '../../ui'
import { EndForm } from './end'
import { pausedSince, regionHere, regionsOf } from './here'
import { tell } from './tell'

/** Region, break and end of the shift, all at the thumb. */
export function ShiftSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [ending, setEnding] = useState(false)
  const close = () => { setEnding(false); onClose() }
  return (
    <Sheet open={open} title={ending ? t('Encerrar o turno?') : t('Turno')} onClose={close} name="shift-sheet">
      {ending ? <EndForm onDone={close} onStay={() => setEnding(false)} /> : <Moments onDone={close} onEnd={() => setEnding(true)} />}
    </Sheet>
  )
}

function Moments({ onDone, onEnd }: { onDone: () => void; onEnd: () => void }) {
  const now = shift.value
  if (!now) return null
  const team = me.value?.teams.find((one) => one.id === now.team_id)
  const companions = (team?.members ?? []).filter((member) => now.companion_ids.includes(member.id))
  const here = regionHere()
  const offered = regionsOf(team)
  // Where the phone is, and where the shift is, are always among the choices.
  const choices = [...offered, ...regions.value.filter((one) => !offered.includes(one) && (one.id === here?.id || one.id === now.region_id))]
  const paused = pausedSince(now)
  const move = (id: string | null) => {
    const name = choices.find((one) => one.id === id)?.name
    if (!id || !name || id === now.region_id) return onDone()
    void tell(() => enterRegion(id), t('Agora em {region}', { region: name }), onDone)
  }
  const rest = () => void (paused
    ? tell(resumeShift, t('De volta ao turno'), onDone)
    : tell(pauseShift, t('Pausa começou'), onDone))
  return (
    <>
      <p class="hint">
        {t('Turno aberto às {time}', { time: clockTime(now.started_at, me.value?.municipality.timezone) })}
        {companions.length > 0 && ` · ${t('Com você: {names}', { names: companions.map((one) => one.name).join(', ') })}`}
      </p>
      {choices.length > 0 && (
        <Tiles legend={t('Mudar de região')} name="shift-region" columns={2} upright={false} value={now.region_id ?? null} onChange={move}
          options={choices.map((one) => ({ value: one.id, label: one.name, hint: one.id === here?.id ? t('o celular está aqui') : undefined }))} />
      )}
      <div class="stack">
        <Button icon={paused ? 'again' : 'held'} name={paused ? 'resume-shift' : 'pause-shift'} onPress={rest}>
          {paused ? t('Voltar da pausa') : t('Começar pausa')}
        </Button>
        <Button icon="clock" name="end-shift" onPress={onEnd}>{t('Encerrar o turno')}</Button>
        <Button kind="quiet" icon="back" name="shift-back" onPress={onDone}>{t('Voltar')}</Button>
      </div>
    </>
  )
}

