// The map beside the list of points: drawn from the list itself. Without it the list says the same.
import '../../assets/board-map.css'
import { openPoints, type DeskPoint } from '../map/points'
import type { Outline } from '../map/geometry'
import { deskBasemap } from './basemap'

export async function watchPoints(box: HTMLElement): Promise<void> {
  const points = [...document.querySelectorAll<HTMLElement>('[data-lon][data-lat]')].map((row): DeskPoint => ({
    name: row.dataset['name'] ?? '', lon: Number(row.dataset['lon']), lat: Number(row.dataset['lat']),
    href: row.querySelector('a')?.href ?? '', isActive: !('out' in row.dataset),
  }))
  const regions = JSON.parse(box.dataset['regions'] ?? '[]') as { outline: Outline | null }[]
  const streets = await deskBasemap()
  const frame = box.closest<HTMLElement>('[data-points-map]')
  if (frame) frame.hidden = false
  const map = openPoints(box, regions, points, streets)
  for (const button of document.querySelectorAll<HTMLElement>('[data-zoom]')) {
    button.addEventListener('click', () => { map.zoom(Number(button.dataset['zoom'])) })
  }
}
