/** Re-authorization: running subscriptions and waiting watchers follow the rules as they change. RFC 5025 §3.2.1, RFC 3857 §4.7.1. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Change } from '../core/model/change-feed.ts'
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import type { Permissions } from '../core/model/permissions.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { Endings } from './endings.ts'
import type { EventPackage } from './event-package.ts'
import type { EventPackages } from './event-packages.ts'
import type { NotifySender } from './notify-sender.ts'
import type { PresenceAuthorization } from './presence-authorization.ts'
import type { Subscription } from './resource.ts'
import type { Resources } from './resources.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Job, Turn } from './turn-batch.ts'
import type { Turns } from './turns.ts'
import { isPending } from './watcher-report.ts'
import type { Watchers } from './watchers.ts'

export interface ReAuthorization {
  /** Documents and accounts that change what rules say. */
  changed(change: Change): void
  /** All who watch these are decided on anew. */
  presentities(aors: readonly Aor[]): void
  /** Rises whenever permissions may have become others. */
  readonly generation: number
  /** A subscription was added with permissions of this generation: what has changed since then reaches it too. */
  added(subscription: Subscription, generation: number): void
  stop(): void
}

interface ReAuthorizationParts {
  readonly authorization: Pick<PresenceAuthorization, 'changedBy'>
  readonly packages: EventPackages
  readonly resources: Resources
  readonly subscriptions: Subscriptions
  readonly watchers: Watchers
  readonly sender: NotifySender
  readonly endings: Endings
  readonly turns: Turns
  readonly domains: Domains
  readonly clock: Clock
  readonly log: Log
}

/** Subscriptions that one turn of the event loop should bear. */
const CHUNK = 50
/** Milliseconds until a store that could not be asked is asked again. */
const AGAIN = 5_000

export function createReAuthorization(parts: ReAuthorizationParts): ReAuthorization {
  const { authorization, subscriptions } = parts
  const { begin, guarded, stop } = createDecisions(parts)
  let generation = 0

  function presentities(aors: readonly Aor[]): void {
    generation++
    begin(aors)
  }

  function decideSome(some: readonly Subscription[]): void {
    if (some.length === 0) return
    const watched = [...new Set(some.map(({ presentity }) => presentity))]
    void guarded(watched, () => decideEach(parts, some, () => false))
  }

  return {
    presentities,
    stop,
    get generation() {
      return generation
    },
    changed(change) {
      const aor = authorization.changedBy(change)
      if (aor !== undefined) presentities([aor])
      if (change.kind !== 'account') return
      generation++
      // Rules may name the watcher by an alias.
      decideSome([...subscriptions.all()].filter(({ watcher }) => watcher === change.aor))
    },
    added(subscription, asOf) {
      if (asOf !== generation) decideSome([subscription])
    },
  }
}

/** Decides on one presentity's watchers after another's. */
function createDecisions(parts: ReAuthorizationParts) {
  const { clock, log } = parts
  /** Presentities that wait for their turn; what was decided on them before it counts no more. */
  const waiting = new Set<Aor>()
  let running = false
  let stopped = false

  function begin(aors: readonly Aor[]): void {
    for (const aor of aors) waiting.add(aor)
    if (!running) void run()
  }

  async function run(): Promise<void> {
    running = true
    for (const aor of waiting) {
      if (stopped) break
      waiting.delete(aor)
      await guarded([aor], () => decideAll(parts, aor, () => waiting.has(aor)))
    }
    running = false
  }

  /** What fails is tried again: somebody may have been shut out. */
  async function guarded(aors: readonly Aor[], action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      log.warn({ err: error, presentities: aors.length }, 'rules could not be followed yet')
      clock.after(AGAIN, () => {
        if (!stopped) begin(aors)
      })
    }
  }

  function stop(): void {
    stopped = true
  }

  return { begin, guarded, stop }
}

/** Whether a later change will have all of it decided anew. */
type IsOutdated = () => boolean

async function decideAll(
  parts: ReAuthorizationParts,
  aor: Aor,
  isOutdated: IsOutdated,
): Promise<void> {
  const { packages, resources } = parts
  for (const eventPackage of packages.all) {
    const running = resources.find(eventPackage.name, aor)?.subscriptions ?? []
    await decideEach(parts, [...running], isOutdated)
    await decideWaiting(parts, eventPackage, aor)
  }
}

async function decideEach(
  parts: ReAuthorizationParts,
  subscriptions: readonly Subscription[],
  isOutdated: IsOutdated,
): Promise<void> {
  for (let start = 0; start < subscriptions.length; start += CHUNK) {
    // Other work comes in between.
    if (start > 0) await nextTurn()
    const decided: [Subscription, Permissions][] = []
    for (const subscription of subscriptions.slice(start, start + CHUNK)) {
      const permissions = await permissionsNow(parts, subscription)
      if (permissions && permissions.key !== subscription.permissions.key) {
        decided.push([subscription, permissions])
      }
    }
    if (decided.length === 0) continue
    parts.turns.add((turn) => {
      if (isOutdated()) return
      for (const [subscription, permissions] of decided) {
        follow(parts, subscription, permissions, turn)
      }
    })
  }
}

function permissionsNow(
  { domains }: ReAuthorizationParts,
  { presentity, watcher, resource }: Subscription,
) {
  const domain = domains.of(presentity)
  return domain && resource.eventPackage.authorize({ aor: presentity, domain }, watcher)
}

/** RFC 5025 §3.2.1: rejected, approved, back to pending, or another document. */
function follow(
  { subscriptions, watchers, sender, endings }: ReAuthorizationParts,
  subscription: Subscription,
  permissions: Permissions,
  turn: Turn,
): void {
  if (!subscriptions.has(subscription)) return
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
  { watchers, domains, turns }: ReAuthorizationParts,
  eventPackage: EventPackage,
  aor: Aor,
): Promise<void> {
  const domain = domains.of(aor)
  const watched = { eventPackage: eventPackage.name, presentity: aor }
  if (!domain) return
  for (const watcher of watchers.waiting(watched)) {
    const { handling } = await eventPackage.authorize({ aor, domain }, watcher)
    if (handling === 'confirm') continue
    const event = handling === 'block' ? 'rejected' : 'approved'
    const job: Job = (turn) => {
      watchers.waitingDecided(watched, watcher, event, turn)
    }
    turns.add(job)
  }
}
