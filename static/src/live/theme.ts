// Day, night or as the system says, at the desk: the server's cookie remembers it, the page changes at once.
const COOKIE = 'vinculo_theme'
const YEAR_S = 365 * 86_400

export function watchThemeForms(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target
    const button = (event as SubmitEvent).submitter
    if (!(form instanceof HTMLFormElement) || !form.matches('[data-theme-form]') || !(button instanceof HTMLButtonElement)) return
    event.preventDefault()
    const theme = button.value
    document.cookie = `${COOKIE}=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`
    if (theme === 'system') document.documentElement.removeAttribute('data-theme')
    else document.documentElement.setAttribute('data-theme', theme)
    for (const other of form.querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === button))
  })
}
