// "Marcar no mapa": a pin on the city's own outlines and streets, by finger, mouse or arrows. Nothing is fetched before it is
// asked for; without this file the street is written, as before.
import { askDrawing } from '../platform/network'
import {
  fromScreen, holds, named, onScreen, placeOf, shapeOf, spotOf, squaresIn, streetNear, widest, within, zoomed, STREETS_FROM,
  type Shape, type Size, type Spot, type Square, type View, type Whole,
} from '../map/plan'

const HARD_MS = 20_000
const TAP_PX = 8
const GRAB_PX = 30
const STEP_PX = 14
const PIN = 'M0 0C-3-11-13-17-13-28a13 13 0 1 1 26 0C13-17 3-11 0 0z'

function drawn(name: string, given: Record<string, string | number> = {}): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, String(value))
  return made
}

const got = async <T>(path: string): Promise<T | null> => (await askDrawing(path, HARD_MS)) as T | null

class Pin {
  private view: View = { x: 0, y: 0, scale: 1 }
  private size: Size = { width: 1, height: 1 }
  private pin: Spot | null = null
  private readonly areas: Shape[]
  private readonly streets = new Map<string, Shape[]>()
  private readonly land = drawn('g')
  private readonly ways = drawn('g')
  private readonly names = drawn('g')
  private readonly mark = drawn('g', { class: 'pin-mark' })
  private readonly fingers = new Map<number, Spot>()
  private from: Spot | null = null
  private hasMoved = false
  private holdsPin = false
  private isDue = false

  constructor(
    private readonly svg: SVGSVGElement, private readonly city: Whole, private readonly base: string, private readonly mark_: string,
    private readonly told: (spot: Spot | null, area: string | null, street: string | null) => void,
  ) {
    this.areas = [...city.neighbourhoods, ...city.regions].map((each) => shapeOf(each, city.unit))
    for (const [shapes, look] of [[city.regions, 'pin-region'], [city.neighbourhoods, 'pin-neighbourhood']] as const) {
      for (const [, , , d] of shapes) this.land.append(drawn('path', { class: look, d, transform: `scale(${city.unit})` }))
    }
    this.mark.append(drawn('path', { d: PIN }), drawn('circle', { cx: 0, cy: -28, r: 5 }))
    svg.append(this.land, this.ways, this.names, this.mark)
    this.measure()
    this.view = { x: city.width / 2, y: city.height / 2, scale: widest(city, this.size) }
    svg.addEventListener('pointerdown', (event) => this.down(event))
    svg.addEventListener('pointermove', (event) => this.move(event))
    svg.addEventListener('pointerup', (event) => this.up(event))
    svg.addEventListener('pointercancel', (event) => this.fingers.delete(event.pointerId))
    svg.addEventListener('wheel', (event) => { event.preventDefault(); this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.at(event)) }, { passive: false })
    svg.addEventListener('keydown', (event) => this.key(event))
    new ResizeObserver(() => { this.measure(); this.draw() }).observe(svg)
  }

  /** Look at a place of the city, near enough for its streets. */
  look(spot: Spot, scale = STREETS_FROM * 2): void {
    this.view = within(this.city, { x: spot[0], y: spot[1], scale: Math.max(this.view.scale, scale) })
    this.draw()
  }

  /** Where the place is, when the city holds it; else the whole city: its corner would help nobody. */
  find(spot: Spot): void {
    if (this.areas.some((each) => holds(each, spot))) this.look(spot)
  }

  put(spot: Spot | null, isSaid = true): void {
    this.pin = spot
    this.draw()
    if (isSaid) this.say()
  }

  zoom(by: number, about: Spot = this.pin ? onScreen(this.view, this.size, this.pin) : this.middle()): void {
    this.view = zoomed(this.view, this.size, by, about, this.city)
    this.draw()
  }

  private say(): void {
    const spot = this.pin
    const area = spot && this.areas.find((each) => each.name && holds(each, spot))
    this.told(spot, area ? area.name : null, spot && streetNear([...this.streets.values()].flat(), spot))
  }

  private middle(): Spot { return [this.size.width / 2, this.size.height / 2] }

  private measure(): void {
    const box = this.svg.getBoundingClientRect()
    this.size = { width: Math.max(1, box.width), height: Math.max(1, box.height) }
    this.svg.setAttribute('viewBox', `0 0 ${this.size.width} ${this.size.height}`)
  }

  private at(event: MouseEvent): Spot {
    const box = this.svg.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }

  private down(event: PointerEvent): void {
    this.svg.setPointerCapture(event.pointerId)
    const here = this.at(event)
    this.fingers.set(event.pointerId, here)
    this.from = here
    this.hasMoved = this.fingers.size > 1
    const pin = this.pin && onScreen(this.view, this.size, this.pin)
    this.holdsPin = this.fingers.size === 1 && !!pin && Math.hypot(here[0] - pin[0], here[1] - (pin[1] - 20)) < GRAB_PX
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId)
    if (!before) return
    const here = this.at(event)
    if (this.from && Math.hypot(here[0] - this.from[0], here[1] - this.from[1]) > TAP_PX) this.hasMoved = true
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1]
    this.fingers.set(event.pointerId, here)
    if (other) {
      const apart = Math.hypot(before[0] - other[0], before[1] - other[1])
      if (apart > 0) this.zoom(Math.hypot(here[0] - other[0], here[1] - other[1]) / apart, [(here[0] + other[0]) / 2, (here[1] + other[1]) / 2])
    } else if (this.hasMoved && this.holdsPin && this.pin) {
      const pin = onScreen(this.view, this.size, this.pin)
      this.put(fromScreen(this.view, this.size, [pin[0] + here[0] - before[0], pin[1] + here[1] - before[1]]), false)
    } else if (this.hasMoved) {
      const { x, y, scale } = this.view
      this.view = within(this.city, { x: x - (here[0] - before[0]) / scale, y: y - (here[1] - before[1]) / scale, scale })
      this.draw()
    }
  }

  private up(event: PointerEvent): void {
    if (!this.fingers.delete(event.pointerId)) return
    if (this.holdsPin && this.hasMoved) this.say()
    else if (!this.hasMoved) {
      this.put(fromScreen(this.view, this.size, this.at(event)))
      // From far a finger covers a neighbourhood: what was touched comes near, so that it can be set right.
      if (this.pin && this.view.scale < STREETS_FROM) this.look(this.pin)
    }
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, Spot> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    const step = steps[event.key]
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (step) {
      const from = this.pin ? onScreen(this.view, this.size, this.pin) : this.middle()
      const far = this.pin ? (event.shiftKey ? 4 : 1) * STEP_PX : 0
      const next = fromScreen(this.view, this.size, [from[0] + step[0] * far, from[1] + step[1] * far])
      this.put(next)
      const [x, y] = onScreen(this.view, this.size, next)
      if (x < 40 || y < 60 || x > this.size.width - 40 || y > this.size.height - 40) this.look(next, 0)
    } else if (event.key === '+' || event.key === '=') this.zoom(1.5)
    else if (event.key === '-') this.zoom(1 / 1.5)
    else return
    event.preventDefault()
  }

  private draw(): void {
    if (this.isDue) return
    this.isDue = true
    requestAnimationFrame(() => {
      this.isDue = false
      const { x, y, scale } = this.view
      const moved = `translate(${this.size.width / 2 - x * scale} ${this.size.height / 2 - y * scale}) scale(${scale})`
      this.land.setAttribute('transform', moved)
      this.ways.setAttribute('transform', moved)
      this.ways.setAttribute('class', scale < STREETS_FROM ? 'pin-far' : '')
      const shown = squaresIn(this.city, this.view, this.size)
      for (const square of shown) if (!this.streets.has(square)) void this.bring(square)
      const near = shown.flatMap((square) => this.streets.get(square) ?? [])
      const labels = named([...near, ...this.areas], this.view, this.size)
      this.names.replaceChildren(...labels.map(({ name, at }) => {
        const label = drawn('text', { x: at[0], y: at[1] })
        label.textContent = name
        return label
      }))
      const pin = this.pin && onScreen(this.view, this.size, this.pin)
      this.mark.setAttribute('display', pin ? 'inline' : 'none')
      if (pin) this.mark.setAttribute('transform', `translate(${pin[0]} ${pin[1]})`)
    })
  }

  private async bring(square: string): Promise<void> {
    this.streets.set(square, [])
    const found = await got<Square>(`${this.base}/${square}?v=${this.mark_}`)
    if (!found) return
    const shapes = found.streets.map((each) => shapeOf(each, found.unit))
    this.streets.set(square, shapes)
    for (const { path } of shapes) this.ways.append(drawn('path', { class: 'pin-street', d: path }))
    this.draw()
    if (this.pin) this.say()
  }
}

/** The button, the map behind it, and the form's two fields: whatever puts a place there is shown here too. */
export function watchPin(box: HTMLElement): void {
  const form = box.closest('form')
  const opener = box.querySelector<HTMLButtonElement>('[aria-controls]')
  const frame = box.querySelector<HTMLElement>('.pin-map')
  const svg = box.querySelector<SVGSVGElement>('.pin-frame svg')
  const told = box.querySelector<HTMLElement>('[role="status"]')
  const clear = box.querySelector<HTMLButtonElement>('[data-clear]')
  const lon = form?.querySelector<HTMLInputElement>('input[name="lon"]')
  const lat = form?.querySelector<HTMLInputElement>('input[name="lat"]')
  if (!form || !opener || !frame || !svg || !told || !clear || !lon || !lat) return
  const base = box.dataset['pin'] ?? ''
  const mark = box.dataset['mark'] ?? ''
  let city: Whole | null = null
  let map: Pin | null = null
  let isComing = false
  box.hidden = false
  const kept = (): Spot | null => (city && lon.value && lat.value ? spotOf(city, Number(lon.value), Number(lat.value)) : null)
  const words = (area: string | null, street: string | null): string => {
    const where = [area, street && (box.dataset['near'] ?? '').replace('{street}', street)].filter(Boolean).join(', ')
    return area ? (box.dataset['done'] ?? '').replace('{where}', where) : (box.dataset['beyond'] ?? '')
  }
  const unpin = form.querySelector<HTMLElement>('[data-unpin]')
  // A place that is there and may be taken off needs no box for those without a script.
  if (unpin) unpin.hidden = true
  clear.hidden = !lon.value
  clear.addEventListener('click', () => {
    lon.value = lat.value = ''
    form.dispatchEvent(new Event('vinculo:place'))
    told.textContent = box.dataset['none'] ?? ''
    unsay()
    opener.focus()
  })
  form.addEventListener('vinculo:place', () => {
    clear.hidden = !lon.value
    told.textContent = ''
    const spot = kept()
    map?.put(spot, spot !== null)
    if (spot) map?.find(spot)
  })
  // What the tap on "É aqui onde estou agora" said is no longer so.
  const unsay = (): void => { form.querySelector('[data-spot] [role="status"]')?.replaceChildren() }
  const begin = async (): Promise<void> => {
    if (map || isComing) return
    isComing = true
    city = await got<Whole>(`${base}?v=${mark}`)
    isComing = false
    if (!city) {
      told.textContent = box.dataset['failed'] ?? ''
      close()
      return
    }
    map = new Pin(svg, city, base, mark, (spot, area, street) => {
      if (!spot || !city) return
      const place = placeOf(city, spot)
      lon.value = String(place[0])
      lat.value = String(place[1])
      clear.hidden = false
      told.textContent = words(area, street)
      unsay()
    })
    const spot = kept()
    const chosen = form.querySelector<HTMLSelectElement | HTMLInputElement>('[name="neighbourhood"]')?.value
    const home = chosen ? city.neighbourhoods.find(([name]) => name === chosen) : undefined
    map.put(spot, false)
    if (spot) map.find(spot)
    else if (home) map.look([home[1] * city.unit, home[2] * city.unit], 0.06)
  }
  const close = (): void => {
    frame.hidden = true
    opener.setAttribute('aria-expanded', 'false')
  }
  opener.addEventListener('click', () => {
    if (!frame.hidden) { close(); return }
    frame.hidden = false
    opener.setAttribute('aria-expanded', 'true')
    void begin()
  })
  for (const button of box.querySelectorAll<HTMLElement>('[data-zoom]')) {
    button.addEventListener('click', () => map?.zoom(button.dataset['zoom'] === 'in' ? 1.6 : 1 / 1.6))
  }
}
