/** How the page is connected to the service: what the client tells of its own state, and the browser of its network. */
import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { ClientClock } from '../../client/client-clock.ts'
import type { StateChange } from '../../client/index.ts'
import type { Connection } from './page-model.ts'

export interface ConnectionState {
  readonly connection: ReadonlySignal<Connection>
  tell(change: StateChange): void
  /** Another attempt begins now. */
  trying(): void
  setOnline(isOnline: boolean): void
}

const LOST = 'No connection to the server.'
/** It comes back by itself when the browser says so: nothing to wait for. */
const OFFLINE: Connection = {
  state: 'down',
  reason: 'This device is offline.',
  retryAt: Number.POSITIVE_INFINITY,
}

export function createConnectionState(clock: ClientClock): ConnectionState {
  const line = signal<Connection>({ state: 'connecting' })
  const isOnline = signal(true)
  return {
    connection: computed(() => (isOnline.value ? line.value : OFFLINE)),
    tell: ({ about, state, retryInSeconds = 0 }) => {
      if (about !== 'connection') return
      line.value =
        state === 'up'
          ? { state: 'up' }
          : { state: 'down', reason: LOST, retryAt: clock.now() + retryInSeconds * 1000 }
    },
    trying: () => {
      if (line.peek().state === 'down') line.value = { state: 'connecting' }
    },
    setOnline: (online) => {
      isOnline.value = online
    },
  }
}
