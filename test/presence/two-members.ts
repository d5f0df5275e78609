/** Two agents in one process, members of one service on one store: Alice's home is with the first, everybody else's with the second. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import type { SharedChange } from '../../core/model/shared-event-state.ts'
import type { SharedEventStateStore } from '../../core/store/event-state-hub.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { startAgent, type AgentHarness, type HarnessOptions } from './agent-harness.ts'

export interface TwoMembers {
  readonly a: AgentHarness
  readonly b: AgentHarness
  readonly clock: ManualClock
  /** Until this is called again with false, nobody hears what others have stored. */
  readonly deafen: (isDeaf: boolean) => void
  /** Tells both what a store tells that has lost count. */
  readonly gap: () => void
}

export async function startTwoMembers(
  t: TestContext,
  options: HarnessOptions = {},
): Promise<TwoMembers> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-members-'))
  const clock = createManualClock()
  const level = await openLevelStore({ folder, clock, log: silentLog })
  const hub = await level.shareEventState({
    ofPresentity: (presentity) => (presentity.startsWith('sip:alice@') ? 'a' : 'b'),
    ofSubscription: () => 'b',
  })
  const ears: Ears = { isDeaf: false, listeners: new Set() }
  const start = (name: string) => {
    const open = () =>
      Promise.resolve({
        ...level,
        eventState: withEars(hub.member(name), ears),
        close: () => Promise.resolve(),
      })
    return startAgent(t, { ...options, shared: { clock, open } })
  }
  const [a, b] = [await start('a'), await start('b')]
  // After they have ended.
  t.after(async () => {
    await level.close()
    await rm(folder, { recursive: true })
  })
  return {
    ...{ a, b, clock },
    deafen(isDeaf) {
      ears.isDeaf = isDeaf
    },
    gap() {
      for (const listener of ears.listeners) listener({ kind: 'gap' })
    },
  }
}

interface Ears {
  isDeaf: boolean
  readonly listeners: Set<(change: SharedChange) => void>
}

function withEars(store: SharedEventStateStore, ears: Ears): SharedEventStateStore {
  return {
    ...store,
    shared: {
      ...store.shared,
      subscribe(listener) {
        ears.listeners.add(listener)
        const end = store.shared.subscribe((change) => {
          if (!ears.isDeaf) listener(change)
        })
        return () => {
          ears.listeners.delete(listener)
          end()
        }
      },
    },
  }
}
