/** How publications, subscriptions and bindings end without being asked to: time, silence, and accounts that are removed. RFC 6665 §4.2.2. */
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { EntityTag } from '../core/model/entity-tag.ts'
import { unfiltered } from '../core/model/permissions.ts'
import type { Aor } from '../core/uri/aor.ts'
import { learnsWhoExists } from './known-existence.ts'
import type { Binding, Bindings } from './registration/bindings.ts'
import type { NotifySender } from './notify/notify-sender.ts'
import type { Publications } from './publications.ts'
import type { Publication, Resource, Subscription, TerminationReason } from './resource.ts'
import type { Resources } from './resources.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Job, Turn } from './turn-batch.ts'
import type { Watchers } from './watcher-info/watchers.ts'

interface EndingsParts {
  readonly resources: Resources
  readonly publications: Publications
  readonly subscriptions: Subscriptions
  readonly bindings: Bindings
  readonly watchers: Watchers
  readonly sender: NotifySender
  readonly changed: (resource: Resource) => void
  readonly domains: Domains
  readonly clock: Clock
}

/** Each gives a job for a turn. What has ended has ended, even if the store cannot be told: a restart finds it expired. */
export interface Endings {
  publicationExpired(expired: Publication): Job
  subscriptionsExpired(expired: readonly Subscription[]): Job
  bindingsExpired(expired: readonly Binding[]): Job
  watcherGone(subscription: Subscription): Job
  /** The presentity's rules shut the watcher out. RFC 5025 §3.2.1 */
  rejected(subscription: Subscription): Job
  /** What it is to is not there any more, or not for this watcher. */
  over(subscription: Subscription, reason: TerminationReason): Job
  /** Nobody has this address any more. Watchers of other domains, who must not know, go on to see nobody. */
  accountRemoved(aor: Aor, eventPackages: readonly string[]): Job
  /** Who has this address takes part no more, until further notice; who watches it goes on. */
  accountSuspended(aor: Aor, eventPackages: readonly string[]): Job
}

export function createEndings(parts: EndingsParts): Endings {
  return {
    publicationExpired: (expired) => (turn) => {
      const { tag: replaces } = expired.record
      endPublication(parts, expired, turn, { replaces })
    },
    subscriptionsExpired: (expired) => (turn) => {
      for (const subscription of expired) {
        // A refresh may have come in between.
        if (subscription.dueAt > parts.clock.now()) continue
        endSubscription(parts, subscription, 'timeout', turn)
      }
    },
    bindingsExpired: (expired) => (turn) => {
      for (const binding of expired) endBinding(parts, binding, turn)
    },
    watcherGone: (subscription) => (turn) => {
      forget(parts, subscription, 'timeout', turn)
    },
    rejected: (subscription) => (turn) => {
      endSubscription(parts, subscription, 'rejected', turn)
    },
    over: (subscription, reason) => (turn) => {
      endSubscription(parts, subscription, reason, turn)
    },
    accountRemoved: (aor, eventPackages) => (turn) => {
      for (const name of eventPackages) endResource(parts, parts.resources.find(name, aor), turn)
      endPart(parts, aor, turn)
      parts.watchers.accountRemoved(aor, turn)
    },
    accountSuspended: (aor, eventPackages) => (turn) => {
      for (const name of eventPackages) {
        endPublications(parts, parts.resources.find(name, aor), turn)
      }
      endPart(parts, aor, turn)
    },
  }
}

function endResource(parts: EndingsParts, resource: Resource | undefined, turn: Turn): void {
  for (const one of resource?.subscriptions ?? []) {
    if (isToldOfRemoval(one, parts.domains)) endSubscription(parts, one, 'noresource', turn)
    else forgetInStore(one, turn)
  }
  endPublications(parts, resource, turn)
}

/** Another network that a person was shown to has copies, and is to remove them. RFC 7247 §7.2 */
function isToldOfRemoval(
  { presentity, watcher, heardBy }: Subscription,
  domains: Domains,
): boolean {
  return heardBy?.kind === 'gateway' || learnsWhoExists(watcher, presentity, domains)
}

/** The address is to leave the store with its owner; whoever refreshes the subscription writes it anew. */
function forgetInStore({ heardBy, dialog }: Subscription, turn: Turn): void {
  if (!heardBy) turn.write({ remove: 'subscription', id: dialog.localTag })
}

function endPublications(parts: EndingsParts, resource: Resource | undefined, turn: Turn): void {
  for (const one of resource?.publications.values() ?? []) endPublication(parts, one, turn)
}

/** What somebody does here besides being watched: watching others, and being reached. */
function endPart(parts: EndingsParts, aor: Aor, turn: Turn): void {
  for (const one of parts.subscriptions.all()) {
    // Not `deactivated`, which invites to subscribe again at once: nobody would let them. RFC 6665 §4.1.3
    if (one.watcher === aor) endSubscription(parts, one, 'rejected', turn)
  }
  for (const one of parts.bindings.of(aor)) endBinding(parts, one, turn)
}

/** `unless`: it is another one in the store by now. */
function endPublication(
  parts: EndingsParts,
  publication: Publication,
  turn: Turn,
  unless: { readonly replaces?: EntityTag } = {},
): void {
  const { presentity, eventPackage, id, tag } = publication.record
  const resource = parts.resources.find(eventPackage, presentity)
  // Refreshed, modified or removed before its turn came.
  if (resource?.publications.get(tag) !== publication) return
  parts.publications.end(resource, publication)
  // Who looks after it removes it from the store.
  if (publication.isOwn)
    turn.write({ remove: 'publication', presentity, eventPackage, id, ...unless })
  inAnyCase(turn, () => {
    parts.changed(resource)
  })
}

function endSubscription(
  parts: EndingsParts,
  subscription: Subscription,
  reason: TerminationReason,
  turn: Turn,
): void {
  if (!forget(parts, subscription, reason, turn)) return
  subscription.ended = reason
  // What shuts somebody out is not told with what it shuts them out of.
  if (reason === 'rejected') subscription.permissions = unfiltered('block')
  inAnyCase(turn, () => {
    parts.sender.tell(subscription, 'now')
  })
}

/** False: it has ended before. */
function forget(
  { subscriptions, watchers }: EndingsParts,
  subscription: Subscription,
  reason: TerminationReason,
  turn: Turn,
): boolean {
  if (!subscriptions.has(subscription)) return false
  subscriptions.remove(subscription)
  watchers.ended(subscription, reason, turn)
  return true
}

function endBinding({ bindings }: EndingsParts, binding: Binding, turn: Turn): void {
  const { aor, contact } = binding.record
  if (!bindings.of(aor).includes(binding)) return
  bindings.remove(binding)
  if (binding.isOwn) turn.write({ remove: 'binding', aor, contact })
}

function inAnyCase(turn: Turn, action: () => void): void {
  turn.answer(action, action)
}
