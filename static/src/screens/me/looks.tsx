import { chooseLanguage } from '../../actions'
import { prefs, setPrefs } from '../../store/prefs'
import { Switch, Tiles, languages, t, type LetterSize, type Theme } from '../../ui'

export function Looks() {
  const now = prefs.value
  return (
    <section class="stack">
      <Tiles<Theme> legend={t('Tela')} name="theme" columns={3} upright value={now.theme} onChange={(theme) => theme && setPrefs({ theme })}
        options={[
          { value: 'auto', label: t('Do celular'), icon: 'system' },
          { value: 'day', label: t('Dia'), icon: 'day' },
          { value: 'night', label: t('Noite'), icon: 'night' },
        ]} />
      <Tiles<LetterSize> legend={t('Tamanho da letra')} name="size" columns={3} upright value={now.size} onChange={(size) => size && setPrefs({ size })}
        options={[
          { value: 'normal', label: t('Normal') },
          { value: 'large', label: t('Grande') },
          { value: 'largest', label: t('Maior') },
        ]} />
      <Switch label={t('Letras mais afastadas')} icon="letters" value={now.font === 'legible'} onChange={(on) => setPrefs({ font: on ? 'legible' : 'system' })} name="legible" />
      <Tiles legend={t('Idioma')} name="language" value={now.lang} onChange={(lang) => lang && void chooseLanguage(lang)} options={languages} />
    </section>
  )
}
