/** Members: what this agent hears of the others that serve from the same store, and lets them know by writing to it. DESIGN §5. */
import type { EventStateStore } from '../../core/model/stores.ts'
import type { Log } from '../../core/model/log.ts'
import type { SharedChange, SharedEventState } from '../../core/model/shared-event-state.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Bindings } from '../registration/bindings.ts'
import type { Subscriptions } from '../subscriptions.ts'
import type { Turns } from '../turns.ts'
import type { Watchers } from '../watcher-info/watchers.ts'
import type { Adoption } from './adoption.ts'
import type { BindingsElsewhere } from './bindings-elsewhere.ts'
import type { FollowedResources } from './followed-resources.ts'

export interface MembersParts {
  readonly eventState: Pick<EventStateStore, 'subscriptions'>
  readonly followed: FollowedResources
  readonly bindings: Bindings
  readonly bindingsElsewhere: BindingsElsewhere
  readonly watchers: Pick<Watchers, 'reconsider'>
  readonly adoption: Adoption
  readonly subscriptions: Subscriptions
  readonly turns: Pick<Turns, 'add'>
  readonly log: Log
}

/** Gives what ends it. */
export function hearMembers(shared: SharedEventState, parts: MembersParts): () => void {
  return shared.subscribe((change) => {
    hear(parts, change)
  })
}

function hear(parts: MembersParts, change: SharedChange): void {
  switch (change.kind) {
    case 'publication':
      parts.followed.heard(change)
      break
    case 'watchers':
      parts.watchers.reconsider(change)
      break
    case 'bindings':
      hearBindings(parts, change.aor)
      break
    case 'adopted':
      parts.adoption.lost(change.id)
      break
    case 'gap':
      catchUp(parts)
  }
}

/** Of those who matter here: somebody wants to know where they can be reached. */
function hearBindings({ bindings, bindingsElsewhere, followed, log }: MembersParts, aor: Aor) {
  if (bindings.of(aor).length === 0 && !followed.isFollowed('presence', aor)) return
  bindingsElsewhere.read(aor).catch((error: unknown) => {
    log.warn({ err: error, aor }, 'what is registered elsewhere is not known')
  })
}

/** Changes may have been missed. */
function catchUp(parts: MembersParts): void {
  const { followed, watchers, bindings, log } = parts
  void followed.rereadAll()
  watchers.reconsider()
  for (const aor of bindings.aors()) hearBindings(parts, aor)
  forgetAdopted(parts).catch((error: unknown) => {
    log.warn({ err: error }, 'which subscriptions others have taken over is not known')
  })
}

/** The subscriptions that the store says others hold by now. */
async function forgetAdopted(parts: MembersParts): Promise<void> {
  const { eventState, subscriptions, adoption, turns } = parts
  const stored = await new Promise<Set<string>>((resolve) => {
    turns.add((turn) => {
      const note = () => {
        resolve(new Set(storedIn(subscriptions)))
      }
      turn.answer(note, note)
    })
  })
  for await (const { id } of eventState.subscriptions()) stored.delete(id)
  for (const id of stored) adoption.lost(id)
}

function* storedIn(subscriptions: Subscriptions): Iterable<string> {
  for (const { dialog, heardBy } of subscriptions.all()) if (!heardBy) yield dialog.localTag
}
