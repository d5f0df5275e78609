/** How the page is connected to the service, from what the client tells of its own state. */
import { signal, type ReadonlySignal } from '@preact/signals'
import type { ClientClock } from '../../client/client-clock.ts'
import type { StateChange } from '../../client/index.ts'
import type { Connection } from './page-model.ts'

export interface ConnectionState {
  readonly connection: ReadonlySignal<Connection>
  tell(change: StateChange): void
  /** Another attempt begins now. */
  trying(): void
}

const LOST = 'No connection to the server.'

export function createConnectionState(clock: ClientClock): ConnectionState {
  const connection = signal<Connection>({ state: 'connecting' })
  return {
    connection,
    tell: ({ about, state, retryInSeconds = 0 }) => {
      if (about !== 'connection') return
      connection.value =
        state === 'up'
          ? { state: 'up' }
          : { state: 'down', reason: LOST, retryAt: clock.now() + retryInSeconds * 1000 }
    },
    trying: () => {
      if (connection.peek().state === 'down') connection.value = { state: 'connecting' }
    },
  }
}
