// The city's streets on this phone, for a map without signal. Nothing comes by itself: it is asked for, and its size is said.
import { useEffect, useRef, useState } from 'preact/hooks'
import {
  dropMap, fetchMap, mapChoice, mapHere, mapOffered, onWifi, setMapChoice, type MapFetched, type MapFile, type MapHere, type MapOffered,
} from '../../actions/basemap'
import { Badge, Button, Notice, Sheet, Switch, dateOnly, megabytes, say, sayNow, showToast, t } from '../../ui'

const TROUBLE: Record<Exclude<MapFetched, 'done' | 'stopped'>, () => string> = {
  no_answer: () => t('Parou no meio: sem sinal. O que já veio fica guardado; continue quando houver sinal.'),
  no_room: () => t('Falta espaço neste celular. O mapa não ocupa o espaço dos registros: apague outras coisas e tente de novo.'),
  broken: () => t('O arquivo chegou estragado e não foi usado. Baixe de novo.'),
  replaced: () => t('A prefeitura trocou o mapa enquanto ele vinha. Baixe o de agora.'),
  refused: () => t('O servidor não deixou. Entre de novo e tente outra vez.'),
}

export function CityMap() {
  const [here, setHere] = useState<MapHere | null>(null)
  const [offered, setOffered] = useState<MapOffered | null>(null)
  const [wifiOnly, setWifiOnly] = useState(mapChoice().wifiOnly)
  const [bytes, setBytes] = useState<number | null>(null) // while it comes
  const [trouble, setTrouble] = useState<keyof typeof TROUBLE | null>(null)
  const [asking, setAsking] = useState<'line' | 'drop' | null>(null)
  const stop = useRef<AbortController | null>(null)
  const look = () => void mapHere().then(setHere, () => setHere({ kept: null, begun: null }))
  const askServer = () => void mapOffered().then(setOffered)
  useEffect(() => {
    look()
    askServer()
    return () => stop.current?.abort()
  }, [])

  if (here === null) return null
  const file = offered?.kind === 'file' ? offered.file : null
  const isNew = file !== null && here.kept !== null && here.kept.sha256 !== file.sha256
  const begun = here.begun && (file === null || here.begun.file.sha256 === file.sha256) ? here.begun : null
  const wanted = file ?? begun?.file ?? null

  const fetchNow = async (which: MapFile) => {
    setAsking(null)
    setTrouble(null)
    setBytes(begun?.bytes ?? 0)
    stop.current = new AbortController()
    const done = await fetchMap(which, setBytes, stop.current.signal).catch((): MapFetched => 'no_room')
    setBytes(null)
    look()
    if (done === 'done') {
      showToast({ text: t('O mapa da cidade está neste celular'), icon: 'check' })
    } else if (done !== 'stopped') {
      setTrouble(done)
      sayNow(TROUBLE[done]())
      if (done === 'replaced') askServer()
    }
  }
  // Where the browser does not tell whether this is Wi-Fi, she does.
  const begin = () => {
    if (wanted === null) return
    if (wifiOnly && onWifi() !== 'yes') setAsking('line')
    else void fetchNow(wanted)
  }
  const remove = async () => {
    setAsking(null)
    await dropMap()
    look()
    say(t('O mapa saiu deste celular.'))
  }

  return (
    <section class="card stack" data-name="city-map">
      <h2 class="section">{t('Mapa da cidade')}</h2>
      <State here={here} offered={offered} isNew={isNew} begun={begun} />
      {bytes !== null && wanted !== null && (
        <div class="stack">
          <progress class="map-progress" value={bytes} max={wanted.size_bytes} aria-label={t('Baixando o mapa')} />
          <p class="hint">{t('{done} de {all}', { done: megabytes(bytes), all: megabytes(wanted.size_bytes) })}</p>
          <Button name="map-stop" onPress={() => stop.current?.abort()}>{t('Parar')}</Button>
        </div>
      )}
      {trouble && <Notice tone="warn" name="map-trouble">{TROUBLE[trouble]()}</Notice>}
      {bytes === null && wanted !== null && (here.kept === null || isNew || begun !== null) && (
        <Button icon="download" name="map-fetch" onPress={begin}>
          {begun
            ? t('Continuar ({size} que faltam)', { size: megabytes(wanted.size_bytes - begun.bytes) })
            : isNew ? t('Baixar o mapa novo ({size})', { size: megabytes(wanted.size_bytes) }) : t('Baixar ({size})', { size: megabytes(wanted.size_bytes) })}
        </Button>
      )}
      {bytes === null && offered?.kind === 'no_answer' && <Button icon="again" name="map-again" onPress={askServer}>{t('Tentar de novo')}</Button>}
      <Switch label={t('Baixar só no Wi-Fi')} icon="device" value={wifiOnly} name="map-wifi"
        onChange={(on) => { setWifiOnly(on); setMapChoice({ wifiOnly: on }); }} />
      {bytes === null && (here.kept || begun) && <Button kind="quiet" icon="remove" name="map-drop" onPress={() => setAsking('drop')}>{t('Apagar o mapa')}</Button>}
      <Sheet open={asking === 'line'} title={onWifi() === 'no' ? t('Sem Wi-Fi agora') : t('Este celular está no Wi-Fi?')} onClose={() => setAsking(null)} name="map-line"
        actions={(
          <>
            <Button kind="primary" icon="download" name="map-anyway" onPress={() => { if (wanted) void fetchNow(wanted); }}>
              {onWifi() === 'no' ? t('Baixar assim mesmo') : t('Baixar agora')}
            </Button>
            <Button onPress={() => setAsking(null)}>{t('Esperar o Wi-Fi')}</Button>
          </>
        )}>
        <p>{t('O mapa usa {size} da internet, uma vez só.', { size: megabytes((wanted?.size_bytes ?? 0) - (begun?.bytes ?? 0)) })}</p>
      </Sheet>
      <Sheet open={asking === 'drop'} title={t('Apagar o mapa?')} onClose={() => setAsking(null)} name="map-drop-sheet"
        actions={(
          <>
            <Button kind="danger" icon="remove" name="map-drop-yes" onPress={() => void remove()}>{t('Apagar')}</Button>
            <Button onPress={() => setAsking(null)}>{t('Deixar')}</Button>
          </>
        )}>
        <p>{t('Só o mapa sai. Registros e pontos conhecidos ficam.')}</p>
      </Sheet>
    </section>
  )
}

function State({ here, offered, isNew, begun }: { here: MapHere; offered: MapOffered | null; isNew: boolean; begun: MapHere['begun'] }) {
  const { kept } = here
  return (
    <>
      {kept && <div class="inline"><Badge tone="ok" icon="check">{t('Neste celular')}</Badge>{isNew && <Badge tone="warn" icon="needs">{t('Há um mais novo')}</Badge>}</div>}
      <p class="hint">
        {kept
          ? t('Feito em {day}, {size}. Com ele, “Marcar no mapa” mostra as ruas com nome, mesmo sem sinal.', { day: dateOnly(kept.made_at.slice(0, 10)), size: megabytes(kept.size_bytes) })
          : begun
            ? t('Começou a baixar e parou: {done} de {all}.', { done: megabytes(begun.bytes), all: megabytes(begun.file.size_bytes) })
            : t('Com ele, “Marcar no mapa” mostra as ruas com nome, mesmo sem sinal.')}
      </p>
      {!kept && offered?.kind === 'none' && <p class="hint">{t('A cidade ainda não tem um mapa para baixar.')}</p>}
      {!kept && !begun && offered?.kind === 'no_answer' && <p class="hint">{t('Sem resposta do servidor. Tente quando houver sinal.')}</p>}
    </>
  )
}
