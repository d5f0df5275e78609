/** Listeners: who wants to hear of which event. One that throws, or rejects, harms nobody. */
import { onAbort, type Abortable } from './abortable.ts'
import type { ClientLog } from './client-log.ts'

export interface Listeners<Events extends object> {
  /** @returns a function that ends it, as the signal does */
  on<E extends keyof Events>(
    event: E,
    listener: (told: Events[E]) => void,
    options?: Abortable,
  ): () => void
  tell<E extends keyof Events>(event: E, told: Events[E]): void
  has(event: keyof Events): boolean
}

export function createListeners<Events extends object>(log: ClientLog): Listeners<Events> {
  type Listener<E extends keyof Events> = (told: Events[E]) => unknown
  const byEvent: { [E in keyof Events]?: Set<{ readonly call: Listener<E> }> } = {}

  const failed = (error: unknown) => {
    log.debug({ error }, 'listener failed')
  }

  return {
    on(event, listener, { signal } = {}) {
      const listening = (byEvent[event] ??= new Set())
      // The same function may listen twice.
      const entry = { call: listener }
      const off = () => {
        stop()
        listening.delete(entry)
      }
      listening.add(entry)
      let stop: () => void = () => undefined
      stop = onAbort(signal, off)
      return off
    },
    tell(event, told) {
      for (const { call } of [...(byEvent[event] ?? [])]) {
        try {
          const result = call(told)
          if (result instanceof Promise) result.catch(failed)
        } catch (error) {
          failed(error)
        }
      }
    },
    has: (event) => (byEvent[event]?.size ?? 0) > 0,
  }
}
