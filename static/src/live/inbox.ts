// What a poll brought: a new referral is said once, politely; focus stays where the person had it.

/** Ids in `now` that were not in `before`. */
export function arrivals(before: ReadonlySet<string>, now: readonly string[]): string[] {
  return now.filter((id) => !before.has(id))
}

export function idsOf(inbox: Element | null): string[] {
  return (inbox?.getAttribute('data-new') ?? '').split(' ').filter(Boolean)
}

/** A second tap on the same button, before the first was answered, is not a second answer. */
function dropSecondTaps(): void {
  const underWay = new WeakSet<Element>()
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute('hx-post')) return
    if (underWay.has(form)) {
      event.preventDefault()
      event.stopImmediatePropagation()
    } else underWay.add(form)
  }, true)
  document.addEventListener('htmx:finally:request', (event) => {
    if (event.target instanceof Element) underWay.delete(event.target)
  })
}

export function watchInbox(say: (words: string) => void, refresh: () => void): void {
  let known = new Set(idsOf(document.getElementById('inbox')))
  let focused: string | null = null
  dropSecondTaps()

  document.addEventListener('htmx:before:swap', () => {
    focused = document.activeElement?.closest('[id^="r-"]')?.id ?? null
  })
  document.addEventListener('htmx:after:swap', () => {
    const inbox = document.getElementById('inbox')
    if (!inbox) return
    const ids = idsOf(inbox)
    if (arrivals(known, ids).length > 0) say(inbox.getAttribute('data-newest') ?? '')
    known = new Set([...known, ...ids])
    document.getElementById('lost')?.setAttribute('hidden', '')
    // The button that was pressed is gone with its answer: the reader goes on from the same person.
    if (focused && (document.activeElement === document.body || document.activeElement === null)) {
      const heading = document.getElementById(focused)?.querySelector<HTMLElement>('h3') ?? document.getElementById('new')
      heading?.focus({ preventScroll: true })
    }
  })
  // A refusal says that somebody else answered first: show at once how it stands now.
  document.addEventListener('htmx:response:error', (event) => {
    // Not when the asking itself failed: it would ask for ever.
    if (event.target instanceof Element && event.target.id !== 'inbox') refresh()
  })
  document.addEventListener('htmx:error', () => document.getElementById('lost')?.removeAttribute('hidden'))
}
