// The board's map island: asks for the cells that the page's filter allows and has them drawn. Without it the
// tables say the same.
import '../../assets/board-map.css'
import { openBoard, type BoardCells, type BoardMap } from '../map/board'
import { ask } from '../platform/network'

const HARD_MS = 15_000

async function cellsOf(query: string): Promise<BoardCells | null> {
  const answer = await ask({ method: 'GET', path: `/api/v1/coverage/cells?${query}`, hardMs: HARD_MS })
  return answer.kind === 'answer' && answer.status === 200 ? (answer.body as BoardCells) : null
}

export async function watchBoard(box: HTMLElement): Promise<void> {
  const words = document.getElementById('board-map-words')
  const query = box.dataset.query ?? ''
  let map: BoardMap | null = null
  const draw = async (): Promise<void> => {
    const data = await cellsOf(query)
    if (data) {
      box.hidden = false
      document.getElementById('board-legend')?.removeAttribute('hidden')
      if (map) map.show(data)
      else map = openBoard(box, data)
    }
    if (!words) return
    words.hidden = map !== null
    if (map === null) words.textContent = words.dataset.failed ?? ''
  }
  await draw()
  // The table of cells comes anew with the page's own refreshing; the map follows when its hour has changed.
  const table = document.getElementById('cells-table')
  if (!table) return
  const until = () => document.getElementById('cells-until')?.dataset.until
  let drawn = until()
  new MutationObserver(() => {
    if (until() === drawn) return
    drawn = until()
    void draw()
  }).observe(table, { childList: true, subtree: true, attributes: true })
}
