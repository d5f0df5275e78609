/** After a crash nobody knows whose NOTIFY was cut off: every watcher is told the state as it is, once. RFC 6665 §4.2.2. */
import type { Cancel, Clock } from '../core/model/clock.ts'
import type { NotifySender } from './notify/notify-sender.ts'
import type { Subscription } from './resource.ts'
import type { Subscriptions } from './subscriptions.ts'

interface CutOffParts {
  readonly subscriptions: Pick<Subscriptions, 'all' | 'has'>
  readonly sender: Pick<NotifySender, 'remind'>
  /** Resolves when all of the service is there; absent: it is. */
  readonly opened?: Promise<void> | undefined
  readonly clock: Clock
}

/** Told at a time, and milliseconds between: 100,000 watchers hear of it within ten seconds, beside all other work. */
const AT_ONCE = 1_000
const PAUSE = 100

/** Gives what stops it. */
export function tellCutOffWatchers({ subscriptions, sender, opened, clock }: CutOffParts): Cancel {
  const untold = [...subscriptions.all()]
  let stopped = false
  let cancel: Cancel = () => undefined
  const isUntold = (one: Subscription) => subscriptions.has(one) && one.notifiedAt === 0
  function tellSome(): void {
    if (stopped) return
    const some = untold.splice(-AT_ONCE).filter(isUntold)
    sender.remind(some)
    if (untold.length > 0) cancel = clock.after(PAUSE, tellSome)
  }
  // Who is told earlier may turn to a member that is not there yet, and what it says is said again and again.
  if (opened) void opened.then(tellSome)
  else tellSome()
  return () => {
    stopped = true
    cancel()
  }
}
