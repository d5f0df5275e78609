/** The part of a menu that says what somebody may see. */
import { HANDLINGS } from '../watchers/handling-words.ts'
import type { WatcherHandling } from '../model/page-model.ts'
import { MenuItem } from './menu-item.tsx'

export interface HandlingItemsProps {
  readonly handling: WatcherHandling | 'confirm' | undefined
  readonly onDecide: (handling: WatcherHandling) => void
}

export function HandlingItems({ handling, onDecide }: HandlingItemsProps) {
  return (
    <div role="group" aria-label="What they may see">
      <div class="menu-part" aria-hidden="true">
        What they may see
      </div>
      {HANDLINGS.map((one) => (
        <MenuItem
          key={one.handling}
          words={one.verb}
          meaning={one.meaning}
          chosen={one.handling === handling}
          onChoose={() => {
            onDecide(one.handling)
          }}
        />
      ))}
    </div>
  )
}
