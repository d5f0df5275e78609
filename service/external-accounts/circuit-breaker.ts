/** Circuit breaker: who fails again and again is left alone for a while, then tried once. */

type State = 'closed' | 'open' | 'trying'
type Event = 'failures' | 'time' | 'failure' | 'success'

/** `failures`: so many in a row that more would not help; `time`: it has been left alone long enough. */
const NEXT: Record<State, Partial<Record<Event, State>>> = {
  closed: { failures: 'open' },
  open: { time: 'trying', success: 'closed' },
  trying: { failure: 'open', success: 'closed' },
}

export interface CircuitBreaker {
  /** Whether to ask now; what comes of it must be told. */
  mayAsk(): boolean
  succeeded(): void
  failed(): void
}

const FAILURES = 5
/** Milliseconds. */
const FIRST_PAUSE = 2_000
const LONGEST_PAUSE = 30_000

/** `onChange`: told when it begins to refuse, and when it lets pass again. */
export function createCircuitBreaker({
  clock,
  onChange,
}: {
  clock: { now(): number }
  onChange: (state: 'open' | 'closed') => void
}): CircuitBreaker {
  let state: State = 'closed'
  let failures = 0
  let pause = FIRST_PAUSE
  let until = 0

  function happens(event: Event): void {
    const next = NEXT[state][event]
    if (next === undefined) return
    if (state === 'closed' || next === 'closed') onChange(next === 'closed' ? 'closed' : 'open')
    state = next
    if (next !== 'open') return
    until = clock.now() + pause
    pause = Math.min(2 * pause, LONGEST_PAUSE)
  }

  return {
    mayAsk() {
      if (state === 'closed') return true
      if (state === 'trying' || clock.now() < until) return false
      happens('time')
      return true
    },
    succeeded() {
      failures = 0
      pause = FIRST_PAUSE
      happens('success')
    },
    failed() {
      failures++
      happens('failure')
      if (failures >= FAILURES) happens('failures')
    },
  }
}
