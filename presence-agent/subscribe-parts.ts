/** What a SUBSCRIBE needs of the agent. */
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { SipEndpoint } from '../core/sip/sip-endpoint.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import type { DurationBounds } from './duration.ts'
import type { Endings } from './endings.ts'
import type { EventPackages } from './event-packages.ts'
import type { AgentLimits } from './limits.ts'
import type { NotificationPace } from './notify/notification-pace.ts'
import type { NotifyBodyStore } from './notify/notify-bodies.ts'
import type { NotifySender } from './notify/notify-sender.ts'
import type { ReAuthorization } from './rules/re-authorization.ts'
import type { ResourceListServer } from './lists/resource-list-server.ts'
import type { Resources } from './resources.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Turns } from './turns.ts'
import type { Watchers } from './watcher-info/watchers.ts'

export interface SubscribeParts {
  readonly sip: SipEndpoint
  readonly packages: EventPackages
  readonly resources: Resources
  readonly subscriptions: Subscriptions
  readonly watchers: Watchers
  readonly reAuthorization: Pick<ReAuthorization, 'added' | 'generation'>
  readonly bodies: NotifyBodyStore
  readonly pace: NotificationPace
  readonly sender: NotifySender
  readonly endings: Endings
  readonly turns: Turns
  readonly lists: Pick<ResourceListServer, 'asked' | 'check'>
  readonly durations: DurationBounds
  readonly domains: Domains
  /** Where others may hold the subscription that a request is to: undefined, or resolves when it is held here if anywhere. */
  readonly adopt?: ((request: SipMessage) => MaybePromise<void>) | undefined
  readonly limits: AgentLimits
  readonly clock: Clock
}
