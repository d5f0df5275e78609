/** Pair steps: an event changes a pair by the table, is stored, and then told to the contact and to the gateway's parts. */
import type { Clock } from '../../core/model/clock.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { Streams } from '../streams.ts'
import type { LivePair } from './live-pair.ts'
import type { PairListeners } from './pair-listeners.ts'
import { subscriptionStanza } from './pair-stanzas.ts'
import type { PairTable } from './pair-table.ts'
import type { PairWriter } from './pair-writer.ts'
import {
  FROM,
  TO,
  type FromEvent,
  type Step,
  type ToEvent,
  type Told,
} from './subscription-table.ts'

export interface PairSteps {
  /** The user sees the contact, or not. Whether the table knows the event in this state. */
  to(pair: LivePair, event: ToEvent): boolean
  /** The contact sees the user, or not. */
  from(pair: LivePair, event: FromEvent): boolean
  /** Tells what the user shows, to the contact or only to the full JID that has asked. */
  show(pair: LivePair, to?: string): void
  tell(pair: LivePair, told: Exclude<Told, 'presence'>): void
}

interface PairStepsOptions {
  readonly table: PairTable
  readonly writer: PairWriter
  readonly listeners: PairListeners
  readonly streams: Pick<Streams, 'send'>
  readonly clock: Clock
  /** At once, when a direction has changed; the pair has its new record. */
  readonly changed: (pair: LivePair, before: ContactPair) => void
}

export function createPairSteps(options: PairStepsOptions): PairSteps {
  const { writer, listeners, streams, clock } = options

  function take(pair: LivePair, step: Step | undefined, next: (step: Step) => ContactPair) {
    if (!step) return false
    const before = pair.record
    const after = next(step)
    if (after !== before) change(pair, before, after, step.tells)
    else
      writer.afterwards(() => {
        tellAll(pair, step.tells)
      })
    return true
  }

  function change(
    pair: LivePair,
    before: ContactPair,
    after: ContactPair,
    tells: readonly Told[],
  ): void {
    const stored = recordToStore(after)
    pair.record = after
    if (!stored) options.table.delete(pair)
    writer.write(stored ? { put: stored } : { remove: after }, () => {
      tellAll(pair, tells, () => {
        listeners.tell.authorized(pair, recordToStore(before), stored)
      })
    })
    options.changed(pair, before)
  }

  /** The parts hear of it between the stanzas that say so and the presence that follows from it. */
  function tellAll(pair: LivePair, tells: readonly Told[], between?: () => void): void {
    for (const told of tells) if (told !== 'presence') tell(pair, told)
    between?.()
    if (!tells.includes('presence')) return
    listeners.tell.forgotten(pair)
    showNow(pair)
  }

  function tell(pair: LivePair, told: Exclude<Told, 'presence'>): void {
    if (told === 'probe') pair.probedAt = clock.now()
    streams.send(subscriptionStanza(pair, told))
  }

  function showNow(pair: LivePair, to?: string): void {
    if (pair.record.from !== 'granted' || pair.standing === undefined) return
    if (to === undefined) listeners.tell.shown(pair)
    else listeners.tell.shown(pair, to)
  }

  return {
    tell,
    to: (pair, event) =>
      take(pair, TO[pair.record.to][event], ({ next }) =>
        next === pair.record.to ? pair.record : { ...pair.record, to: next, toSince: clock.now() },
      ),
    from: (pair, event) =>
      take(pair, FROM[pair.record.from][event], ({ next }) =>
        next === pair.record.from
          ? pair.record
          : { ...pair.record, from: next, fromSince: clock.now() },
      ),
    show: (pair, to) => {
      // Never before the `subscribed` that may be on its way to the disk.
      writer.afterwards(() => {
        showNow(pair, to)
      })
    },
  }
}

/** A pair without any relation is no pair. */
function recordToStore(record: ContactPair): ContactPair | undefined {
  return record.to === 'none' && record.from === 'none' ? undefined : record
}
