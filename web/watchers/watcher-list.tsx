/** Who watches me, what they may see, and changing it. RFC 3857, RFC 5025 §3.2.1. */
import { useSignal, type Signal } from '@preact/signals'
import { ActionMenu } from '../buddies/action-menu.tsx'
import { HandlingItems } from '../buddies/handling-items.tsx'
import { knownAddresses } from '../buddies/listed-people.ts'
import { usePictureAttempts } from '../buddies/picture-attempts.ts'
import { Problem } from '../buddies/problem.tsx'
import { useAction } from '../buddies/use-action.ts'
import { announce } from '../layout/announcer.tsx'
import type { PageModel, SeenWatcher, WatcherHandling } from '../model/page-model.ts'
import { standingWords } from './handling-words.ts'
import { WatcherRow } from './watcher-row.tsx'
import './watchers.css'

type OpenMenu = Signal<{ watcher: SeenWatcher; opener: HTMLButtonElement } | undefined>

export function WatcherList({ model }: { readonly model: PageModel }) {
  const menu: OpenMenu = useSignal()
  const action = useAction()
  const attempts = usePictureAttempts(model.connection)
  const watchers = model.watchers.value
  const known = knownAddresses(model.groups.value)
  return (
    <section class="card watchers" aria-labelledby="watchers-title">
      <h2 id="watchers-title" tabIndex={-1}>
        Who watches me
      </h2>
      <Problem words={action.problem} />
      {watchers.length === 0 && <p class="soft">Nobody is watching you right now.</p>}
      <ul role="list" aria-labelledby="watchers-title">
        {watchers.map((watcher) => (
          <WatcherRow
            key={watcher.address}
            model={model}
            watcher={watcher}
            isContact={known.has(watcher.address)}
            attempts={attempts}
            onMenu={(opener) => {
              if (menu.value?.opener !== opener) menu.value = { watcher, opener }
            }}
          />
        ))}
      </ul>
      <WatcherMenu
        menu={menu}
        onDecide={({ address, name }, handling) => {
          void action.run(async () => {
            await model.decide(address, handling)
            announce(`${name}: ${standingWords(handling)}.`)
          })
        }}
      />
    </section>
  )
}

interface WatcherMenuProps {
  readonly menu: OpenMenu
  readonly onDecide: (watcher: SeenWatcher, handling: WatcherHandling) => void
}

function WatcherMenu({ menu, onDecide }: WatcherMenuProps) {
  const open = menu.value
  if (open === undefined) return null
  const { watcher, opener } = open
  return (
    <ActionMenu
      label={`What ${watcher.name} may see`}
      opener={opener}
      onClose={() => {
        menu.value = undefined
      }}
    >
      <HandlingItems
        handling={watcher.handling}
        onDecide={(handling) => {
          onDecide(watcher, handling)
        }}
      />
    </ActionMenu>
  )
}
