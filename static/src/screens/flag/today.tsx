// On Hoje: that there are flags of one's own and whether somebody answered. Of what they are about, nothing.
import { useEffect, useState } from 'preact/hooks'
import { followFlags } from '../../actions/flag-news'
import { loadDraft } from '../../store/drafts'
import { ownFlags, watchFlags } from '../../store/flags'
import { Badge, Button, Icon, Notice, now, t, tn } from '../../ui'
import { guidanceOf, isWaiting } from './state-words'

const DAYS_MS = 3 * 24 * 3_600_000

export function TodayFlags() {
  const [begun, setBegun] = useState(false)
  useEffect(() => { void loadDraft('flag').then((found) => setBegun(found !== null), () => undefined) }, [])
  useEffect(watchFlags, [])
  useEffect(followFlags, [])
  const open = ownFlags.value.filter((flag) => isWaiting(flag) || (flag.told?.status !== 'closed' && now.value - Date.parse(flag.occurred_at) < DAYS_MS))
  if (!open.length && !begun) return null
  const unsent = open.filter(isWaiting).length
  const guided = open.map(guidanceOf).find((one) => one !== null)
  return (
    <>
      {begun && (
        <Notice icon="history" name="unfinished-flag" title={t('Há um alerta que não foi salvo')} actions={<Button icon="next" href="#/alerta">{t('Continuar de onde parou')}</Button>} />
      )}
      {open.length > 0 && <ul class="list"><li><a class="row" href="#/alertas" data-name="today-flags">
      <Icon name="urgent" />
      <span class="row-main">
        <span class="row-title">{t('Seus alertas')}</span>
        {guided && <span class="row-state"><Badge tone={guided.tone} icon={guided.icon}>{guided.words}</Badge></span>}
        <span class="row-sub">{unsent ? tn('{n} alerta não enviado', '{n} alertas não enviados', unsent) : t('Veja como estão')}</span>
      </span>
      <Icon name="next" />
    </a></li></ul>}
    </>
  )
}
