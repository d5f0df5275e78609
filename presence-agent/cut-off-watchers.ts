/** After a crash nobody knows whose NOTIFY was cut off: every watcher is told the state as it is. RFC 6665 §4.2.2. */
import type { Cancel, Clock } from '../core/model/clock.ts'
import type { NotifySender } from './notify/notify-sender.ts'
import type { Subscription } from './resource.ts'
import type { Subscriptions } from './subscriptions.ts'

interface CutOffParts {
  readonly subscriptions: Pick<Subscriptions, 'all' | 'has'>
  readonly sender: Pick<NotifySender, 'remind'>
  readonly clock: Clock
}

/** Told at a time, and milliseconds between: 100,000 watchers hear of it within ten seconds, beside all other work. */
const AT_ONCE = 1_000
const PAUSE = 100

/** Gives what stops it. */
export function tellCutOffWatchers({ subscriptions, sender, clock }: CutOffParts): Cancel {
  const untold = [...subscriptions.all()]
  let cancel: Cancel = () => undefined
  function tellSome(): void {
    const some = untold.splice(-AT_ONCE).filter((one: Subscription) => subscriptions.has(one))
    sender.remind(some)
    if (untold.length > 0) cancel = clock.after(PAUSE, tellSome)
  }
  tellSome()
  return () => {
    cancel()
  }
}
