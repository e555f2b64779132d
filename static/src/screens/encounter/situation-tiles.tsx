import { OUTCOMES, SITUATIONS } from '../../contract/terms'
import { Icon, t, type IconName } from '../../ui'
import type { Tile } from './draft'

const LARGE: [Tile, IconName][] = [
  ['street_situation', 'person'], ['family', 'family'], ['child_or_adolescent', 'child'], ['declined_to_talk', 'noTalk'],
]
const SMALL: [Tile, IconName][] = [['not_found', 'notFound'], ['other', 'other']]

const words = (tile: Tile) => t(tile in SITUATIONS ? SITUATIONS[tile as keyof typeof SITUATIONS] : OUTCOMES[tile as keyof typeof OUTCOMES])

/** One question, one group of real radio inputs: four large answers and two that are rarer. */
export function SituationTiles({ value, onChange }: { value: Tile | null; onChange: (tile: Tile) => void }) {
  const input = (tile: Tile) => (
    <input type="radio" name="tile" value={tile} checked={value === tile} onChange={() => onChange(tile)} />
  )
  return (
    <fieldset class="choice situation" data-name="situation">
      <legend>{t('Quem você encontrou?')}</legend>
      <div class="tiles c2 upright">
        {LARGE.map(([tile, icon]) => (
          <label class="tile" key={tile}>
            {input(tile)}
            <span class="tile-face">
              <Icon name={icon} />
              <span class="tile-words"><span class="tile-label">{words(tile)}</span></span>
              <span class="tile-mark"><Icon name="check" small /></span>
            </span>
          </label>
        ))}
      </div>
      <div class="tiles c2 small">
        {SMALL.map(([tile, icon]) => (
          <label class="tile" key={tile}>
            {input(tile)}
            <span class="tile-face"><Icon name={icon} /><span class="tile-words"><span class="tile-label">{words(tile)}</span></span></span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
