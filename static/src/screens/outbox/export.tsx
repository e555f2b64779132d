// The last resort of a phone that cannot send: a file that only the city's server can open.
import { useState } from 'preact/hooks'
import { exportOutbox } from '../../actions'
import { Button, Notice, say, sayNow, t, tn } from '../../ui'

export function Export({ count }: { count: number }) {
  const [state, setState] = useState<'rest' | 'busy' | 'done' | 'failed'>('rest')
  const save = async () => {
    setState('busy')
    try {
      const address = URL.createObjectURL(await exportOutbox())
      const link = document.createElement('a')
      link.href = address
      link.download = `vinculo-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-')}.vinculo`
      link.click()
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
      setState('done')
      say(t('Arquivo cifrado salvo'))
    } catch {
      setState('failed')
      sayNow(t('O arquivo não foi criado'))
    }
  }
  return (
    <section class="card stack">
      <h2 class="section">{t('O celular não consegue enviar?')}</h2>
      <p class="hint">
        {tn('Salve {n} item em um arquivo cifrado e entregue à coordenação. Só a central consegue abrir; aqui nada é apagado.',
          'Salve {n} itens em um arquivo cifrado e entregue à coordenação. Só a central consegue abrir; aqui nada é apagado.', count)}
      </p>
      {state === 'failed' && <Notice tone="bad">{t('O arquivo não foi criado. Tente de novo; os registros continuam guardados.')}</Notice>}
      {state === 'done' && <Notice tone="ok">{t('Arquivo cifrado salvo na pasta de downloads.')}</Notice>}
      <Button icon="file" busy={state === 'busy'} onPress={() => void save()} name="export">{t('Salvar arquivo cifrado')}</Button>
    </section>
  )
}
