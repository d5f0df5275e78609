/** The course of back-end subscriptions: asked for, refreshed, tried again, left. RFC 6665 §4.1.2, Figure 1. */
import { afterwardsOf } from '../../core/model/subscription-end.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { SipEndpoint } from '../../core/sip/sip-endpoint.ts'
import { isEstablished } from '../../core/sip/subscriber-dialog.ts'
import { TIMER_N } from '../../core/sip/timers.ts'
import {
  newAttempt,
  newBackEnd,
  type Attempt,
  type BackEnd,
  type BackEndTable,
} from './back-end.ts'
import { backEndAnswer, type BackEndAnswer } from './back-end-answer.ts'
import type { BackEndCredentials } from './back-end-credentials.ts'
import { createBackEndPace, type BackEndPace } from './back-end-pace.ts'
import { subscribeRequest } from './back-end-request.ts'
import { endedState, notifiedState } from './back-end-told.ts'
import { pauseAfter } from './back-end-retry.ts'
import type { BackEndNotify } from './back-end-notify.ts'
import type { BackEndListener, BackEndState, WantedState } from './back-end-state.ts'
import { createExpiryQueue, type ExpiryQueue } from '../expiry-queue.ts'
import type { OutboundProxy } from './outbound-proxy.ts'

export interface BackEndCourse {
  open(wanted: WantedState, hears: BackEndListener): BackEnd
  /** The NOTIFY has been taken, and its dialog is established. */
  notified(backEnd: BackEnd, notify: BackEndNotify): void
  leave(backEnd: BackEnd): void
  stop(): void
}

interface CourseParts {
  readonly table: BackEndTable
  readonly sip: SipEndpoint
  readonly proxy: OutboundProxy
  readonly credentials: BackEndCredentials | undefined
  /** SUBSCRIBEs on their way at once. */
  readonly pace: number
  readonly clock: Clock
  /** 0 to 1. */
  readonly random: () => number
}

interface Course extends CourseParts {
  readonly timers: ExpiryQueue<BackEnd>
  readonly pacer: BackEndPace<BackEnd>
}

/** Milliseconds. A notifier that ends its subscriptions sooner is not asked again at once. */
const BRIEF = 10_000
/** Milliseconds: nobody is refreshed more often, however brief the subscription. */
const SOONEST_REFRESH = 5_000
/** Milliseconds: less is the time that the NOTIFY took. */
const SAME_TIME = 2_000
/** Of its time, when a subscription is refreshed. */
const REFRESH_AT = 0.9

export function createBackEndCourse(parts: CourseParts): BackEndCourse {
  const pacer = createBackEndPace<BackEnd>({
    most: parts.pace,
    whose: ({ wanted }) => wanted.watcher,
    send: (backEnd) => {
      send(course, backEnd)
    },
  })
  const timers = createExpiryQueue<BackEnd>(parts.clock, (backEnds) => {
    for (const backEnd of backEnds) RINGS[backEnd.phase](course, backEnd)
  })
  const course: Course = { ...parts, timers, pacer }
  return {
    open: (wanted, hears) => open(course, wanted, hears),
    notified: (backEnd, notify) => {
      notified(course, backEnd, notify)
    },
    leave: (backEnd) => {
      leave(course, backEnd)
    },
    stop: () => {
      pacer.stop()
      timers.stop()
    },
  }
}

/** What is done when the time has come that a phase waits for. */
const RINGS: Readonly<Record<BackEnd['phase'], (course: Course, backEnd: BackEnd) => void>> = {
  // Timer N: no NOTIFY came, so that it counts as terminated. RFC 6665 §4.1.2.2, §4.1.2.4
  asking: unanswered,
  refreshing: unanswered,
  standing: (course, backEnd) => {
    backEnd.phase = 'refreshing'
    course.pacer.ask(backEnd)
  },
  resting: begin,
  leaving: finish,
}

function open(course: Course, wanted: WantedState, hears: BackEndListener): BackEnd {
  const backEnd = newBackEnd(wanted, hears, attempt(course, wanted))
  course.table.live.add(backEnd)
  ask(course, backEnd)
  return backEnd
}

/** In a dialog of its own, not in the one before. RFC 6665 §4.4.2. */
function begin(course: Course, backEnd: BackEnd): void {
  course.table.byTag.delete(backEnd.attempt.dialog.localTag)
  course.timers.remove(backEnd)
  backEnd.attempt = attempt(course, backEnd.wanted)
  ask(course, backEnd)
}

function attempt({ proxy, clock, sip }: Course, wanted: WantedState): Attempt {
  const localTag = sip.dialogTag()
  return newAttempt(wanted, { route: proxy.route, now: clock.now(), localTag })
}

function ask({ table, pacer }: Course, backEnd: BackEnd): void {
  backEnd.phase = 'asking'
  table.byTag.set(backEnd.attempt.dialog.localTag, backEnd)
  pacer.ask(backEnd)
}

function send(course: Course, backEnd: BackEnd): void {
  const { table, sip, proxy, credentials, clock, pacer } = course
  const { attempt } = backEnd
  attempt.cseq++
  attempt.accepted = false
  wait(course, backEnd, clock.now() + TIMER_N)
  const request = subscribeRequest(backEnd, { sip, proxy: proxy.destination, credentials })
  const [{ requestUri }, { duration }] = [request, attempt]
  sip.request(request, (outcome) => {
    const isCurrent = table.byTag.get(attempt.dialog.localTag) === backEnd
    if (isCurrent) answered(course, backEnd, backEndAnswer(outcome, { requestUri, duration }))
    pacer.answered(backEnd)
  })
}

function wait({ timers }: Course, backEnd: BackEnd, dueAt: number): void {
  timers.remove(backEnd)
  backEnd.dueAt = dueAt
  timers.add(backEnd)
}

function answered(course: Course, backEnd: BackEnd, answer: BackEndAnswer): void {
  const { phase, attempt } = backEnd
  if (answer.kind === 'unanswered') return
  if (answer.kind === 'challenged') challenged(course, backEnd, answer)
  else if (answer.kind === 'accepted') {
    attempt.authorization = undefined
    attempt.accepted = true
    const { expires = attempt.duration, silent } = answer
    const until = course.clock.now() + expires * 1000
    // Where the NOTIFY was quicker it has said until when. RFC 6665 §4.1.3
    attempt.expiresAt = phase === 'standing' ? Math.min(until, attempt.expiresAt) : until
    if (silent && phase === 'refreshing') stand(course, backEnd, expires)
  } else if (phase === 'leaving') finish(course, backEnd)
  // One that stands by its NOTIFY does not fall by what came back on another branch. RFC 6665 §4.4.1
  else if (phase !== 'standing') refused(course, backEnd, answer)
}

type Refused = Exclude<BackEndAnswer, { kind: 'accepted' | 'challenged' | 'unanswered' }>

function refused(course: Course, backEnd: BackEnd, answer: Refused): void {
  const { attempt } = backEnd
  if (answer.kind === 'forgotten') again(course, backEnd, endedState(481))
  else if (answer.kind === 'failed') failed(course, backEnd, answer)
  else if (answer.kind === 'refused') fail(course, backEnd, endedState(answer.status, answer))
  else {
    attempt.duration = answer.minExpires
    course.pacer.ask(backEnd)
  }
}

/** A password is shown once; who wants another does not take this one. RFC 3261 §22.2. */
function challenged(
  course: Course,
  backEnd: BackEnd,
  { response, requestUri }: Extract<BackEndAnswer, { kind: 'challenged' }>,
): void {
  const { attempt, phase } = backEnd
  const { credentials, pacer } = course
  const isSecond = attempt.authorization !== undefined
  const line = isSecond ? undefined : credentials?.answer(response, 'SUBSCRIBE', requestUri)
  attempt.authorization = line
  const isUseless = phase === 'leaving' && !isEstablished(attempt.dialog)
  if (line !== undefined && !isUseless) pacer.ask(backEnd)
  else if (phase === 'leaving') finish(course, backEnd)
  else if (phase !== 'standing') {
    fail(course, backEnd, endedState(response.status, { reason: 'rejected' }))
  }
}

function notified(course: Course, backEnd: BackEnd, notify: BackEndNotify): void {
  const { subscriptionState, reason, expires, retryAfter = 0 } = notify
  if (subscriptionState !== 'terminated') {
    if (backEnd.phase === 'leaving') return
    stand(course, backEnd, expires)
    tell(course, backEnd, notifiedState(notify))
    return
  }
  const retry = afterwardsOf(reason) ?? 'later'
  const end = notifiedState(notify, retry === 'never')
  if (backEnd.phase === 'leaving') finish(course, backEnd)
  else if (retry === 'at-once') again(course, backEnd, end)
  else if (retry === 'later') lose(course, backEnd, retryAfter, end)
  else fail(course, backEnd, end)
}

/** Accepted, and to be refreshed in time. */
function stand(course: Course, backEnd: BackEnd, expires: number | undefined): void {
  const { attempt, phase } = backEnd
  const now = course.clock.now()
  // The notifier's word counts, but not beyond what was asked for. RFC 6665 §4.1.3
  const most = now + attempt.duration * 1000
  const until = expires === undefined ? attempt.expiresAt : Math.min(now + expires * 1000, most)
  const isRefreshed = phase === 'asking' || (phase === 'refreshing' && attempt.accepted)
  // Nor may many NOTIFYs put off the refresh, or one that crosses it pass for its own.
  if (!isRefreshed && Math.abs(until - attempt.expiresAt) < SAME_TIME) return
  attempt.expiresAt = until
  backEnd.failures = 0
  backEnd.phase = 'standing'
  wait(course, backEnd, now + Math.max(SOONEST_REFRESH, (until - now) * REFRESH_AT))
}

/** The dialog is gone, but not what it was for. */
function again(course: Course, backEnd: BackEnd, end: BackEndState): void {
  const lasted = course.clock.now() - backEnd.attempt.begunAt
  if (lasted >= BRIEF) begin(course, backEnd)
  else lose(course, backEnd, 0, end)
}

/** Not to be had at the moment. A subscription that stands is still believed in until it expires. RFC 6665 §4.1.2.2. */
function failed(
  course: Course,
  backEnd: BackEnd,
  { retryAfter, status }: { retryAfter: number; status: number },
): void {
  const dueAt = course.clock.now() + pauseOf(course, backEnd, retryAfter)
  if (backEnd.phase !== 'refreshing' || dueAt >= backEnd.attempt.expiresAt) {
    lose(course, backEnd, retryAfter, endedState(status))
    return
  }
  backEnd.failures++
  backEnd.phase = 'standing'
  wait(course, backEnd, dueAt)
}

function unanswered(course: Course, backEnd: BackEnd): void {
  lose(course, backEnd, 0, endedState(408))
}

/** Ended, and tried again later. */
function lose(course: Course, backEnd: BackEnd, retryAfter: number, end: BackEndState): void {
  const { table, clock, pacer } = course
  table.byTag.delete(backEnd.attempt.dialog.localTag)
  pacer.leave(backEnd)
  backEnd.phase = 'resting'
  wait(course, backEnd, clock.now() + pauseOf(course, backEnd, retryAfter))
  backEnd.failures++
  tell(course, backEnd, end)
}

/** Milliseconds. */
function pauseOf({ random }: Course, { failures, wanted }: BackEnd, retryAfter: number): number {
  return pauseAfter({ failures, retryAfter }, random(), wanted.retries)
}

/** Ended for good. */
function fail(course: Course, backEnd: BackEnd, end: BackEndState): void {
  finish(course, backEnd)
  tell(course, backEnd, end)
}

function tell({ table }: Course, backEnd: BackEnd, state: BackEndState): void {
  const wasDown = backEnd.down
  backEnd.down = state.subscriptionState === 'terminated'
  if (!wasDown || !backEnd.down || state.isFinal) table.tell(backEnd, state)
}

function leave(course: Course, backEnd: BackEnd): void {
  const { pacer, table } = course
  // It is over already: there is no dialog to end.
  if (!table.live.has(backEnd)) return
  const { phase, attempt } = backEnd
  const wasWaiting = pacer.leave(backEnd)
  // A NOTIFY that comes for it yet gets 481, which ends it too. RFC 6665 §4.1.3
  if (phase === 'resting' || (wasWaiting && phase === 'asking')) finish(course, backEnd)
  backEnd.phase = 'leaving'
  if (phase !== 'standing' && phase !== 'refreshing') return
  attempt.duration = 0
  pacer.ask(backEnd)
}

function finish({ table, timers, pacer }: Course, backEnd: BackEnd): void {
  table.byTag.delete(backEnd.attempt.dialog.localTag)
  table.live.delete(backEnd)
  timers.remove(backEnd)
  pacer.leave(backEnd)
}
