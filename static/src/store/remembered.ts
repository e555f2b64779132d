// Small habits of this phone that spare taps: the last shift's choices, the phone's name, a hint already closed.
// Ids and labels only, never a fact about a person met.
const KEY = 'vinculo.remembered.'

function read<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(KEY + name) ?? 'null') as T | null
  } catch {
    return null
  }
}

function write(name: string, value: unknown): void {
  try {
    localStorage.setItem(KEY + name, JSON.stringify(value))
  } catch {
    // Full or forbidden: the person taps once more next time.
  }
}

export interface ShiftChoice { team_id: string; companion_ids: string[]; reference_unit_id: string; region_id?: string | null }

export const lastShiftChoice = (workerId: string) => read<ShiftChoice>(`shift.${workerId}`)
export const rememberShiftChoice = (workerId: string, choice: ShiftChoice) => write(`shift.${workerId}`, choice)
export const deviceLabel = () => read<string>('device')
export const rememberDeviceLabel = (label: string) => write('device', label)
export const installHintClosed = () => read<boolean>('install-closed') === true
export const closeInstallHint = () => write('install-closed', true)
