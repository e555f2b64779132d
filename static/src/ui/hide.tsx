// "Esconder": one tap and the screen says nothing about anybody. The screen beneath stays as it was.
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { BarButton } from './button'
import { t } from './text'

export const hidden = signal(false)

export function HideButton() {
  return <BarButton icon="hide" name="hide" onPress={() => { hidden.value = true; }}>{t('Esconder')}</BarButton>
}

export function BlankScreen() {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const title = document.title
    document.title = t('Página')
    button.current?.focus()
    return () => { document.title = title; }
  }, [])
  return (
    <main class="blank">
      <button ref={button} type="button" data-name="unhide" onClick={() => { hidden.value = false; }}>{t('Voltar')}</button>
    </main>
  )
}
