"""What axe, the ruler and the finger find wrong with what stands on a page: shared by every test of a face."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

DESK, FIELD = 48, 56
AXE = Axe().axe_script
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}  # of those, the rules that axe tags cat.color
ASKED = """async options => {
  const { violations } = await axe.run({ ...options, resultTypes: ['violations'] })
  return violations.map(({ id, nodes }) => ({ id, html: nodes[0].html.slice(0, 200) }))
}"""
# A radio is aimed at through its label; a link within a sentence is the one exception to the size (WCAG 2.5.8).
# An open dialog makes all the rest inert.
FOUND = """least => {
  const root = document.querySelector('dialog[open], details.menu[open]') ?? document.body
  const wrong = []
  const all = root.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, textarea')
  for (const e of all) {
    if (!e.checkVisibility() || e.matches('.skip')) continue
    const name = (e.innerText || e.ariaLabel || e.dataset.name || e.name || e.id || e.tagName).trim().slice(0, 40)
    const target = e.closest('label') || e
    const size = target.getBoundingClientRect()
    const inSentence = e.matches('p a, li a:not([class]), td a, th a, dd a, address a') && getComputedStyle(e).display === 'inline'
    if (!inSentence && size.height < least - 0.5) wrong.push(['low', name, Math.round(size.height)])
    if (!inSentence && size.width < Math.min(least, 44) - 0.5) wrong.push(['narrow', name, Math.round(size.width)])
    if (e.disabled) continue
    e.scrollIntoView({ block: 'center' })
    const box = e.getClientRects()[0]
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
    if (!hit || !(target.contains(hit) || hit.contains(e))) wrong.push(['covered', name, hit?.className ?? 'nothing'])
  }
  const wide = [document.documentElement, ...document.querySelectorAll('main, dialog[open]')].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
  for (const e of wide) wrong.push(['wider than the screen', e.tagName, e.scrollWidth])
  return wrong
}"""


def judged(page: Page, least: int, themes: tuple[str, ...] = ()) -> list:
    """What is wrong with the page as it stands; axe looks at it in the first theme (or in the one that is on), and at its
    colours, all that a theme changes, in each other one."""
    wrong = [tuple(each) for each in page.evaluate(FOUND, least)]
    # What was scrolled to may leave something half under the bar that stays on top.
    page.evaluate("scrollTo(0, 0)")
    if not page.evaluate("'axe' in window"):  # half a megabyte: once a document
        page.evaluate(AXE)
    for number, theme in enumerate(themes or (None,)):
        if theme:
            page.emulate_media(color_scheme=theme)
        wrong += [(each["id"], theme, each["html"]) for each in page.evaluate(ASKED, COLOURS if number else STANDARD)]
    return wrong


class Walk:
    """Screens looked at one after the other; what is wrong is told at the end, all of it."""

    def __init__(self, page: Page, least: int):
        self.page, self.least, self.wrong, self.seen = page, least, [], []

    def look(self, name: str) -> None:
        """Judge what stands on the screen in both themes, under this name."""
        self.seen.append(name)
        self.wrong += [(name, *each) for each in judged(self.page, self.least, ("light", "dark"))]
