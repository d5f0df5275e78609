/** Decides anew what running subscriptions and waiting watchers may see, and lets it take effect. RFC 5025 §3.2.1, RFC 3857 §4.7.1. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Domains } from '../../core/model/domain.ts'
import type { Permissions } from '../../core/model/permissions.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Endings } from '../endings.ts'
import type { EventPackage } from '../event-package.ts'
import type { EventPackages } from '../event-packages.ts'
import type { NotifySender } from '../notify/notify-sender.ts'
import type { Subscription } from '../resource.ts'
import type { Resources } from '../resources.ts'
import type { Subscriptions } from '../subscriptions.ts'
import type { Job, Turn } from '../turn-batch.ts'
import type { Turns } from '../turns.ts'
import type { Watched } from '../watcher-info/watched.ts'
import { isPending } from '../watcher-info/watcher-report.ts'
import type { Watchers } from '../watcher-info/watchers.ts'

export interface DecisionParts {
  readonly packages: EventPackages
  readonly resources: Resources
  readonly subscriptions: Subscriptions
  readonly watchers: Watchers
  readonly sender: NotifySender
  readonly endings: Endings
  readonly turns: Turns
  readonly domains: Domains
}

/** Subscriptions that one turn of the event loop should bear. */
const CHUNK = 50

interface Course {
  /** Whether something has changed since, so that what was decided counts no more. */
  readonly isOutdated: () => boolean
  /** What then becomes of these. */
  readonly again: (subscriptions: readonly Subscription[]) => void
}

/** `isOutdated`: a later change will have all of it decided anew. */
export async function decideAll(
  parts: DecisionParts,
  aor: Aor,
  isOutdated: () => boolean,
): Promise<void> {
  const { packages, resources } = parts
  for (const eventPackage of packages.all) {
    const running = resources.find(eventPackage.name, aor)?.subscriptions ?? []
    await decideEach(parts, [...running], { isOutdated, again: () => undefined })
    await decideWaiting(parts, eventPackage, aor)
    parts.watchers.reconsider({ eventPackage: eventPackage.name, presentity: aor })
  }
}

export async function decideEach(
  parts: DecisionParts,
  subscriptions: readonly Subscription[],
  { isOutdated, again }: Course,
): Promise<void> {
  for (let start = 0; start < subscriptions.length; start += CHUNK) {
    // Other work comes in between.
    if (start > 0) await nextTurn()
    const some = subscriptions.slice(start, start + CHUNK)
    const decided: [Subscription, Permissions][] = []
    for (const subscription of some) {
      const permissions = await permissionsNow(parts, subscription)
      if (permissions) decided.push([subscription, permissions])
    }
    parts.turns.add((turn) => {
      if (isOutdated()) {
        again(some)
        return
      }
      for (const [subscription, permissions] of decided) {
        follow(parts, subscription, permissions, turn)
      }
    })
  }
}

function permissionsNow(
  { domains }: DecisionParts,
  { presentity, watcher, resource }: Subscription,
) {
  const domain = domains.of(presentity)
  return domain && resource.eventPackage.authorize({ aor: presentity, domain }, watcher)
}

/** RFC 5025 §3.2.1: rejected, approved, back to pending, or another document. */
function follow(
  { subscriptions, watchers, sender, endings }: DecisionParts,
  subscription: Subscription,
  permissions: Permissions,
  turn: Turn,
): void {
  if (!subscriptions.has(subscription)) return
  // Compared only now: an earlier decision may have waited for its turn until a moment ago.
  if (permissions.key === subscription.permissions.key) return
  if (permissions.handling === 'block') {
    endings.rejected(subscription)(turn)
    return
  }
  const wasPending = isPending(subscription)
  subscription.permissions = permissions
  if (wasPending !== isPending(subscription)) watchers.decided(subscription, turn)
  subscription.view?.restate()
  const tell = () => {
    sender.tell(subscription, 'now')
  }
  turn.answer(tell, tell)
}

/** Who asked in vain is let in or turned away when asking again. RFC 3857 §4.7.1 */
async function decideWaiting(
  parts: DecisionParts,
  eventPackage: EventPackage,
  presentity: Aor,
): Promise<void> {
  const watched = { eventPackage: eventPackage.name, presentity }
  for (const watcher of parts.watchers.waiting(watched)) {
    await decideOneWaiting(parts, watched, watcher)
  }
}

/** Of one watcher. */
export async function decideWaiter(
  parts: DecisionParts,
  waited: readonly Watched[],
  watcher: Aor,
): Promise<void> {
  for (const watched of waited) await decideOneWaiting(parts, watched, watcher)
}

async function decideOneWaiting(
  { watchers, packages, domains, turns }: DecisionParts,
  watched: Watched,
  watcher: Aor,
): Promise<void> {
  const [eventPackage, domain] = [
    packages.find(watched.eventPackage),
    domains.of(watched.presentity),
  ]
  if (!eventPackage || !domain) return
  const { handling } = await eventPackage.authorize({ aor: watched.presentity, domain }, watcher)
  if (handling === 'confirm') return
  const event = handling === 'block' ? 'rejected' : 'approved'
  const job: Job = (turn) => {
    watchers.waitingDecided(watched, watcher, event, turn)
  }
  turns.add(job)
}
