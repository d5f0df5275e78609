/** Back-end subscriptions: what this server subscribes to elsewhere, in the name of its watchers. RFC 6665 §4.1, RFC 4662 §7. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { dialogLength, refreshedDialog, type Dialog } from '../../core/sip/dialog.ts'
import type { IncomingRequest, SipEndpoint } from '../../core/sip/sip-endpoint.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { establishedDialog, isEstablished } from '../../core/sip/subscriber-dialog.ts'
import type { BackEnd } from './back-end.ts'
import { createBackEndCourse } from './back-end-course.ts'
import type { BackEndCredentials } from './back-end-credentials.ts'
import { isEventOf, readBackEndNotify, type BackEndNotify } from './back-end-notify.ts'
import type { BackEndListener, BackEndState, WantedState } from './back-end-state.ts'
import type { OutboundProxy } from './outbound-proxy.ts'
import { personUri } from './person-uri.ts'
import { badRequest, messageTooLarge, noSuchSubscription, outOfOrder } from '../refusal.ts'

export interface BackEndSubscriptions {
  /**
   * Subscribes through the outbound proxy, in a dialog of its own: no two subscribers share one (RFC 4662 §7.2).
   * Undefined: no proxy is configured, there are too many, or it is no URI of a person. `hears` is called later.
   */
  open(wanted: WantedState, hears: BackEndListener): BackEndSubscription | undefined
  /** Answers a NOTIFY, or throws the Refusal to answer: 481 where it belongs to none of these. */
  notified(request: IncomingRequest): void
  /** Forgets them all without a word: they expire where they were opened. */
  stop(): void
}

export interface BackEndSubscription {
  /** Unsubscribes. Nothing is heard from then on. */
  close(): void
}

interface BackEndParts {
  readonly sip: SipEndpoint
  /** Undefined: nothing is asked for elsewhere. */
  readonly proxy: OutboundProxy | undefined
  readonly credentials: BackEndCredentials | undefined
  /** `backEndSubscriptions`: all of them. `backEndRequests`: SUBSCRIBEs on their way at once. */
  readonly limits: { readonly backEndSubscriptions: number; readonly backEndRequests: number }
  readonly clock: Clock
  /** 0 to 1, to spread those who failed together. */
  readonly random?: () => number
  readonly log: Log
}

const NONE: BackEndSubscriptions = {
  open: () => undefined,
  notified: () => {
    throw noSuchSubscription()
  },
  stop: () => undefined,
}

export function createBackEndSubscriptions(parts: BackEndParts): BackEndSubscriptions {
  const { proxy, limits, log, random = Math.random } = parts
  if (!proxy) return NONE
  const byTag = new Map<string, BackEnd>()
  const live = new Set<BackEnd>()
  const course = createBackEndCourse({
    ...{ ...parts, proxy, pace: limits.backEndRequests, random },
    table: { byTag, live, tell: createTeller(log) },
  })
  return {
    open(wanted, hears) {
      const uri = personUri(wanted.uri)
      if (uri === undefined || live.size >= limits.backEndSubscriptions) return undefined
      const backEnd = course.open({ ...wanted, uri }, hears)
      return {
        close() {
          if (backEnd.hears === undefined) return
          backEnd.hears = undefined
          course.leave(backEnd)
        },
      }
    },
    notified(request) {
      const { message } = request
      const backEnd = byTag.get(message.toTag)
      if (!backEnd || !isOf(backEnd, message)) throw noSuchSubscription()
      const notify = readBackEndNotify(backEnd.wanted, message)
      take(backEnd, request, notify)
      request.respond({ status: 200 })
      course.notified(backEnd, notify)
    },
    stop() {
      course.stop()
      byTag.clear()
    },
  }
}

/** What hears of one subscription must not cost the others theirs. */
function createTeller(log: Log) {
  return ({ hears, wanted }: BackEnd, state: BackEndState): void => {
    try {
      hears?.state(state)
    } catch (error) {
      log.error({ err: error, uri: wanted.uri }, 'a fault in what hears a back-end subscription')
    }
  }
}

/** RFC 6665 §4.4.1: Call-ID, tags and Event. One dialog only, however the SUBSCRIBE was forked: RFC 3856 §6.9. */
function isOf({ wanted, phase, attempt: { dialog } }: BackEnd, notify: SipMessage): boolean {
  if (notify.callId !== dialog.callId || !isEventOf(wanted, notify)) return false
  // Closed before it stood: 481 ends it at the notifier too.
  return isEstablished(dialog) ? notify.fromTag === dialog.remoteTag : phase !== 'leaving'
}

/** Octets that one dialog may make us keep. */
const LONGEST_DIALOG = 4_096

/** The dialog as this NOTIFY leaves it. Throws the Refusal to answer. */
function take({ attempt }: BackEnd, { message, flow }: IncomingRequest, notify: BackEndNotify) {
  const { dialog } = attempt
  if (message.cseq.number <= dialog.remoteCseq) throw outOfOrder()
  const next = dialogAfter(dialog, message)
  // A last word needs no way back.
  if (!next && notify.subscriptionState !== 'terminated')
    throw badRequest('No Usable Contact Or Tag')
  if (!next) return
  if (dialogLength(next) > LONGEST_DIALOG) throw messageTooLarge()
  attempt.dialog = next
  attempt.flow = flow
}

function dialogAfter(dialog: Dialog, notify: SipMessage): Dialog | undefined {
  return isEstablished(dialog) ? refreshedDialog(dialog, notify) : establishedDialog(dialog, notify)
}
