// Where somebody stands who asks for herself: asked of the browser by one tap, put into the form's hidden fields.
export function watchSpot(box: HTMLElement): void {
  const form = box.closest('form')
  const button = box.querySelector('button')
  const told = box.querySelector<HTMLElement>('[role="status"]')
  if (!form || !button || !told) return
  box.hidden = false
  const put = (name: string, value: number) => {
    const field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`)
    if (field) field.value = String(value)
  }
  button.addEventListener('click', () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        put('lon', coords.longitude)
        put('lat', coords.latitude)
        told.textContent = box.dataset['done'] ?? ''
        form.dispatchEvent(new Event('vinculo:place')) // the map shows it too
      },
      () => { told.textContent = box.dataset['failed'] ?? '' },
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 },
    )
  })
}
