/** The registrations that a proxy's registrar keeps, by its `reg` event package. RFC 3680. */
import { parseRegInfo, REG_INFO_MEDIA_TYPE } from '../../core/documents/reg-info.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { BackEndState } from '../back-end/back-end-state.ts'
import type {
  BackEndSubscription,
  BackEndSubscriptions,
} from '../back-end/back-end-subscriptions.ts'
import { createRegistrationTable, type RegistrationTable } from './registration-table.ts'
import type { Registrations } from './registrations.ts'

interface ElsewhereParts {
  readonly backEnds: BackEndSubscriptions
  /** Whether anybody wants to know of this person. */
  readonly isWatched: (aor: Aor) => boolean
  readonly clock: Clock
  readonly log: Log
}

/** One person whose registrations are subscribed to. */
interface Followed {
  subscription: BackEndSubscription | undefined
  table: RegistrationTable
}

/** Milliseconds: whom nobody watches any more is not followed much longer. */
const LOOK_AGAIN = 60_000

interface Following extends ElsewhereParts {
  readonly followed: Map<Aor, Followed>
  readonly tell: (aor: Aor) => void
}

/** A person is followed from the first question on, for as long as he is watched. */
export function createRegistrationsElsewhere(parts: ElsewhereParts): Registrations {
  const followed = new Map<Aor, Followed>()
  const listeners: ((aor: Aor) => void)[] = []
  const tell = (aor: Aor) => {
    for (const listener of listeners) listener(aor)
  }
  const following: Following = { ...parts, followed, tell }
  let cancel: (() => void) | undefined
  const sweepLater = () => {
    cancel ??= parts.clock.after(LOOK_AGAIN, () => {
      cancel = undefined
      forgetUnwatched(following)
      if (followed.size > 0) sweepLater()
    })
  }
  return {
    of(aor) {
      const one = followed.get(aor)
      if (one) return one.table.contacts()
      follow(following, aor)
      sweepLater()
      return []
    },
    onChange: (listener) => void listeners.push(listener),
    stop: () => cancel?.(),
  }
}

function follow(following: Following, aor: Aor): void {
  const { followed, clock } = following
  const one: Followed = { subscription: undefined, table: createRegistrationTable(clock) }
  followed.set(aor, one)
  open(following, aor, one)
}

function open(following: Following, aor: Aor, one: Followed): void {
  one.subscription = following.backEnds.open(
    // Everybody may know where he himself is registered. RFC 3680 §4.6
    { uri: aor, event: 'reg', accept: [REG_INFO_MEDIA_TYPE], watcher: aor },
    {
      state: (state) => {
        if (following.followed.get(aor) === one) hear(following, aor, one, state)
      },
    },
  )
}

function hear(
  following: Following,
  aor: Aor,
  one: Followed,
  { subscriptionState, body }: BackEndState,
): void {
  const before = namesOf(one)
  // What cannot be known any more is not believed any longer.
  if (subscriptionState === 'terminated') one.table = createRegistrationTable(following.clock)
  else if (body) take(following, aor, one, body)
  if (namesOf(one) !== before) following.tell(aor)
}

function take(following: Following, aor: Aor, one: Followed, body: Buffer): void {
  const read = readDocument(body, parseRegInfo)
  if (read.error !== undefined) {
    following.log.warn({ aor, problem: read.detail }, 'registrations that cannot be read')
    return
  }
  if (one.table.take(read.value)?.gap !== true) return
  // Another subscription begins with the full state; until it comes, what is known counts. RFC 3680 §5.2
  one.subscription?.close()
  open(following, aor, one)
  one.table.restart()
}

function forgetUnwatched({ followed, isWatched }: Following): void {
  for (const [aor, { subscription }] of followed) {
    if (isWatched(aor)) continue
    subscription?.close()
    followed.delete(aor)
  }
}

function namesOf({ table }: Followed): string {
  const names = table.contacts().map(({ uri }) => uri)
  return names.sort().join(' ')
}
