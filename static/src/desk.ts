// Entry of the desk pages. Every page works without it, as plain links and forms; this makes them live.
import '../assets/desk.css'
import '../assets/board.css'
import '../assets/house.css'
import '../assets/person.css'
import '../assets/via.css'
import '../assets/cases.css'
import '../assets/letter.css'
import '../assets/alerts.css'
import '../assets/requests.css'
import '../assets/roster.css'
import '../assets/today.css'
import '../assets/operations.css'
import htmx from 'htmx.org'
import { watchInbox } from './live/inbox'
import { watchNotices } from './live/notices'
import { watchPasskeys } from './live/passkeys'
import { ask, startPolling } from './live/poll'
import { watchThemeForms } from './live/theme'

// No style of htmx's own, no history of its own (a referral must not stay in a shared tablet's cache), and what a
// person opened by hand stays open when a poll brings the same card again.
htmx.config.includeIndicatorCSS = false
htmx.config.history = false
htmx.config.morphIgnore = ['data-htmx-powered', 'open']
htmx.config.defaultTimeout = 10_000

watchThemeForms()
watchPasskeys()
watchNotices()
watchInbox((words) => {
  const region = document.getElementById('announced')
  if (region) region.textContent = words
}, ask)
startPolling()

// "Outro" asks for words; the server asks too.
document.addEventListener('change', (event) => {
  const radio = event.target
  if (!(radio instanceof HTMLInputElement) || radio.name !== 'reason') return
  const words = radio.form?.querySelector<HTMLTextAreaElement>('textarea[name="text"]')
  if (words) words.required = radio.value === 'other'
})

// On a narrow screen the areas scroll sideways: the one where she is must be seen, and so that there are others.
for (const here of document.querySelectorAll<HTMLElement>('.places [aria-current], .tabs [aria-current]')) {
  const row = here.parentElement
  if (row) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.clientWidth) / 2
}

// A menu closes by Escape and by a tap outside, as people expect of it.
document.addEventListener('keydown', (event) => {
  const menu = document.querySelector<HTMLDetailsElement>('details.menu[open]')
  if (event.key !== 'Escape' || !menu) return
  menu.open = false
  menu.querySelector('summary')?.focus()
})
document.addEventListener('click', (event) => {
  const menu = document.querySelector<HTMLDetailsElement>('details.menu[open]')
  if (menu && event.target instanceof Node && !menu.contains(event.target)) menu.open = false
})

// What a desk needs to check slips without a network is kept while there is one; on every other page it goes.
const keeping = document.querySelector<HTMLMetaElement>('meta[name=vinculo-slips]')
if (keeping) void import('./live/slip-pack').then(({ startKeeping }) => startKeeping(keeping.content, (keeping.dataset['files'] ?? '').split(' ').filter(Boolean)))
else if ('caches' in window && !document.querySelector('[data-keeps]')) void caches.delete('vinculo-desk-slips').catch(() => false)
const checking = document.getElementById('conferir')
if (checking) void import('./live/slips').then(({ watchSlips }) => watchSlips(checking))

// Printing is the browser's own; the button only saves looking for it, and is shown where it works.
for (const button of document.querySelectorAll<HTMLElement>('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
}

// The board's map is a file of its own, fetched only where it is shown.
const boardMap = document.getElementById('board-map')
if (boardMap) void import('./live/board').then(({ watchBoard }) => watchBoard(boardMap))

// So is the map beside the list of points.
const pointsMap = document.getElementById('points-map')
if (pointsMap) void import('./live/points').then(({ watchPoints }) => watchPoints(pointsMap))

// "É aqui onde estou": the place of now, by one tap, where the browser can tell it. Without it the street is written.
const spot = document.querySelector<HTMLElement>('[data-spot]')
if (spot && 'geolocation' in navigator) void import('./live/spot').then(({ watchSpot }) => watchSpot(spot))

// "Marcar no mapa": the city's own outlines and streets, fetched when they are asked for.
const pin = document.querySelector<HTMLElement>('[data-pin]')
if (pin) void import('./live/pin').then(({ watchPin }) => watchPin(pin))
