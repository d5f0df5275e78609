/** Pictures that did not load are asked for again when the connection is back: the server may have been away. */
import { useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals'
import type { Connection } from '../model/page-model.ts'

/** Counts how often the connection came up. */
export function usePictureAttempts(connection: ReadonlySignal<Connection>): ReadonlySignal<number> {
  const attempts = useSignal(0)
  useSignalEffect(() => {
    if (connection.value.state === 'up') attempts.value = attempts.peek() + 1
  })
  return attempts
}
