/** How publications, subscriptions and bindings end without being asked to: time, silence, and accounts that are removed. RFC 6665 §4.2.2. */
import type { Clock } from '../core/model/clock.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { Binding, Bindings } from './bindings.ts'
import type { NotifySender } from './notify-sender.ts'
import type { Publications } from './publications.ts'
import type { Publication, Resource, Resources } from './resource.ts'
import type { Subscription, TerminationReason } from './subscription.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Job, Turn } from './turns.ts'

interface EndingsOptions {
  readonly resources: Resources
  readonly publications: Publications
  readonly subscriptions: Subscriptions
  readonly bindings: Bindings
  readonly sender: NotifySender
  readonly changed: (resource: Resource) => void
  readonly clock: Clock
}

/** Each gives a job for a turn. What has ended has ended, even if the store cannot be told: a restart finds it expired. */
export interface Endings {
  publicationsExpired(expired: readonly Publication[]): Job
  subscriptionsExpired(expired: readonly Subscription[]): Job
  bindingsExpired(expired: readonly Binding[]): Job
  watcherGone(subscription: Subscription): Job
  /** Nobody has this address any more. */
  accountRemoved(aor: Aor, eventPackages: readonly string[]): Job
}

export function createEndings(options: EndingsOptions): Endings {
  const { resources, publications, subscriptions, bindings, sender, changed, clock } = options

  function endPublication(publication: Publication, turn: Turn): void {
    const { presentity, eventPackage, tag } = publication.record
    const resource = resources.find(eventPackage, presentity)
    // Refreshed, modified or removed before its turn came.
    if (resource?.publications.get(tag) !== publication) return
    publications.remove(resource, publication)
    turn.write({ remove: 'publication', presentity, eventPackage, tag })
    inAnyCase(turn, () => {
      changed(resource)
    })
  }

  function forget(subscription: Subscription, turn: Turn): void {
    subscriptions.remove(subscription)
    turn.write({ remove: 'subscription', id: subscription.dialog.localTag })
  }

  function endSubscription(subscription: Subscription, reason: TerminationReason, turn: Turn) {
    if (!subscriptions.has(subscription)) return
    forget(subscription, turn)
    subscription.ended = reason
    inAnyCase(turn, () => {
      sender.tell(subscription, 'now')
    })
  }

  function endBinding(binding: Binding, turn: Turn): void {
    const { aor, contact } = binding.record
    if (!bindings.of(aor).includes(binding)) return
    bindings.remove(binding)
    turn.write({ remove: 'binding', aor, contact })
  }

  return {
    publicationsExpired: (expired) => (turn) => {
      for (const publication of expired) endPublication(publication, turn)
    },
    subscriptionsExpired: (expired) => (turn) => {
      for (const subscription of expired) {
        // A refresh may have come in between.
        if (subscription.dueAt <= clock.now()) endSubscription(subscription, 'timeout', turn)
      }
    },
    bindingsExpired: (expired) => (turn) => {
      for (const binding of expired) endBinding(binding, turn)
    },
    watcherGone: (subscription) => (turn) => {
      if (subscriptions.has(subscription)) forget(subscription, turn)
    },
    accountRemoved: (aor, eventPackages) => (turn) => {
      for (const name of eventPackages) {
        const resource = resources.find(name, aor)
        for (const one of resource?.subscriptions ?? []) endSubscription(one, 'noresource', turn)
        for (const one of resource?.publications.values() ?? []) endPublication(one, turn)
      }
      for (const one of subscriptions.all()) {
        if (one.watcher === aor) endSubscription(one, 'rejected', turn)
      }
      for (const one of bindings.of(aor)) endBinding(one, turn)
    },
  }
}

function inAnyCase(turn: Turn, action: () => void): void {
  turn.answer(action, action)
}
