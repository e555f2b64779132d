import { Badge } from '../../ui'
import type { StateWord } from './states'

export function StateBadge({ state }: { state: StateWord }) {
  return <Badge tone={state.tone} icon={state.icon}>{state.word}</Badge>
}
