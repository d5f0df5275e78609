/** Membership: what makes this agent one of several that serve from the same store. Absent where it is the only one. DESIGN §5. */
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { EventStateWrite } from '../../core/model/event-state.ts'
import type { Log } from '../../core/model/log.ts'
import type { SharedEventState } from '../../core/model/shared-event-state.ts'
import type { EventStateStore } from '../../core/model/stores.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Endings } from '../endings.ts'
import type { EventPackages } from '../event-packages.ts'
import type { NotifySender } from '../notify/notify-sender.ts'
import type { AdmittedRequest } from '../request-admission.ts'
import type { Resource } from '../resource.ts'
import { takeUp } from '../resume.ts'
import type { Tables } from '../tables.ts'
import type { Turns } from '../turns.ts'
import { watchedBy } from '../watcher-info/watched.ts'
import { createAdoption, type Adoption } from './adoption.ts'
import { createBindingsElsewhere, type BindingsElsewhere } from './bindings-elsewhere.ts'
import { FollowedResources } from './followed-resources.ts'
import { hearMembers } from './hear-members.ts'
import { readyToPublish, readyToRegister } from './requests-elsewhere.ts'
import type { MemberHooks } from './member-hooks.ts'
import { createWatchersElsewhere } from './watchers-elsewhere.ts'

export interface Membership extends JoinedMembership, MemberHooks {
  /** Reads what other members have made of what these writes were about. */
  readonly reread: (writes: readonly EventStateWrite[]) => Promise<void>
}

interface JoinedMembership {
  readonly followed: FollowedResources
  readonly bindingsElsewhere: BindingsElsewhere
  readonly adopt: Adoption['adopt']
  /** What the request is about is here once this resolves; throws the Refusal to answer, or rejects with StoreUnavailable. */
  readonly readyToPublish: (admitted: AdmittedRequest) => MaybePromise<unknown>
  /** The same for what a gateway tells. */
  readonly readyToTell: (eventPackage: string, presentity: Aor) => MaybePromise<unknown>
  readonly readyToRegister: (admitted: AdmittedRequest) => MaybePromise<unknown>
  /** From now on the others are heard; gives what ends it. */
  readonly start: () => () => void
}

export interface MembershipParts extends Tables {
  readonly eventState: EventStateStore
  readonly packages: EventPackages
  readonly domains: Domains
  readonly turns: Turns
  readonly sender: NotifySender
  readonly endings: Endings
  readonly changed: (resource: Resource) => void
  readonly clock: Clock
  readonly log: Log
}

/** `agent`: what it is a part of, and rests on; asked for when something happens. */
export function createMembership(
  shared: SharedEventState,
  log: Log,
  agent: () => MembershipParts,
): Membership {
  let joined: JoinedMembership | undefined
  const join = () => (joined ??= joinMembers(shared, agent()))
  return {
    get followed() {
      return join().followed
    },
    get bindingsElsewhere() {
      return join().bindingsElsewhere
    },
    adopt: (request) => join().adopt(request),
    start: () => join().start(),
    reread: (writes) => join().followed.rereadWritten(writes),
    readyToPublish: (admitted) => join().readyToPublish(admitted),
    readyToTell: (...asked) => join().readyToTell(...asked),
    readyToRegister: (admitted) => join().readyToRegister(admitted),
    left: (resource) => {
      join().followed.left(resource)
    },
    watchersElsewhere: createWatchersElsewhere({
      ...{ shared, log },
      keep: (watched) => join().followed.keep(watched),
      authorize({ eventPackage, presentity }, watcher) {
        const { domains, packages } = agent()
        const domain = domains.of(presentity)
        return (
          domain && packages.find(eventPackage)?.authorize({ aor: presentity, domain }, watcher)
        )
      },
    }),
  }
}

function joinMembers(shared: SharedEventState, parts: MembershipParts): JoinedMembership {
  const bindingsElsewhere = createBindingsElsewhere({ ...parts, shared })
  const followed = new FollowedResources({
    ...{ ...parts, shared },
    learn: ({ eventPackage, presentity }) =>
      eventPackage === 'presence' ? bindingsElsewhere.learn(presentity) : undefined,
  })
  const given = { ...parts, followed, bindingsElsewhere }
  const adoption = createAdoption({
    ...{ ...parts, shared },
    takeUp: (record) => takeUp(record, parts),
    moved: (subscription) => {
      parts.watchers.reconsider(watchedBy(subscription))
    },
  })
  return {
    ...{ followed, bindingsElsewhere, adopt: adoption.adopt },
    readyToPublish: (admitted) => readyToPublish(given, admitted),
    readyToTell: (...asked) => followed.readyToPublish(...asked),
    readyToRegister: (admitted) => readyToRegister(given, admitted),
    start() {
      const end = hearMembers(shared, { ...given, adoption })
      return () => {
        end()
        followed.stop()
      }
    },
  }
}
