/** Watcher state: how a subscription stands in the eyes of the one who is watched. RFC 3857 §4.7.1, figure 1. */
import type { WatcherEvent, WatcherStatus } from '../documents/watcherinfo.ts'

/** `init` is passed at once: nobody ever sees it. */
type WatcherState = 'init' | WatcherStatus

/** A SUBSCRIBE goes three ways, after what the presentity's policy says of the watcher. */
type WatcherTransition =
  | Exclude<WatcherEvent, 'subscribe'>
  | `subscribe,${'no policy' | 'policy=accept' | 'policy=reject'}`

type Transitions = Partial<Record<WatcherTransition, WatcherStatus>>

export const WATCHER_STATES = {
  init: {
    'subscribe,no policy': 'pending',
    'subscribe,policy=accept': 'active',
    'subscribe,policy=reject': 'terminated',
  },
  pending: {
    approved: 'active',
    timeout: 'waiting',
    rejected: 'terminated',
    noresource: 'terminated',
    deactivated: 'terminated',
    probation: 'terminated',
    giveup: 'terminated',
  },
  active: {
    rejected: 'terminated',
    noresource: 'terminated',
    deactivated: 'terminated',
    probation: 'terminated',
    timeout: 'terminated',
  },
  waiting: {
    // There is no subscription any more that could become active.
    approved: 'terminated',
    rejected: 'terminated',
    noresource: 'terminated',
    giveup: 'terminated',
  },
  terminated: {},
} as const satisfies Readonly<Record<WatcherState, Transitions>>
