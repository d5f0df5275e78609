/** Pair steps: an event changes a pair by the table, is stored, and then told to the contact and to the gateway's parts. */
import type { Clock } from '../../core/model/clock.ts'
import type { Authorization, ContactPair } from '../../core/model/contact-pair.ts'
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
  readonly to: (pair: LivePair, event: ToEvent) => boolean
  /** The contact sees the user, or not. */
  readonly from: (pair: LivePair, event: FromEvent) => boolean
  /** Tells what the user shows, to the contact or only to the full JID that has asked. */
  readonly show: (pair: LivePair, to?: string) => void
  readonly tell: (pair: LivePair, told: Exclude<Told, 'presence'>) => void
}

interface PairStepsOptions {
  readonly table: Pick<PairTable, 'delete'>
  readonly writer: PairWriter
  readonly listeners: PairListeners
  readonly streams: Pick<Streams, 'send'>
  readonly clock: Clock
  /** At once, when a direction has changed; the pair has its new record. */
  readonly changed: (pair: LivePair, before: ContactPair) => void
}

export function createPairSteps(options: PairStepsOptions): PairSteps {
  const { writer, clock } = options
  return {
    to: (pair, event) =>
      take(pair, TO[pair.record.to][event], options, (to) =>
        to === pair.record.to ? {} : { to, toSince: clock.now() },
      ),
    from: (pair, event) =>
      take(pair, FROM[pair.record.from][event], options, (from) =>
        from === pair.record.from ? {} : { from, fromSince: clock.now() },
      ),
    // Never before the `subscribed` that may be on its way to the disk.
    show: (pair, to) => {
      writer.afterwards(() => {
        show(pair, options, to)
      })
    },
    tell: (pair, told) => {
      tell(pair, told, options)
    },
  }
}

function take(
  pair: LivePair,
  step: Step | undefined,
  options: PairStepsOptions,
  changesOf: (next: Authorization) => Partial<ContactPair>,
): boolean {
  if (!step) return false
  const changes = changesOf(step.next)
  if (changes.to ?? changes.from) change(pair, { ...pair.record, ...changes }, step.tells, options)
  else
    options.writer.afterwards(() => {
      tellAll(pair, step.tells, options)
    })
  return true
}

function change(
  pair: LivePair,
  after: ContactPair,
  tells: readonly Told[],
  options: PairStepsOptions,
): void {
  const before = pair.record
  const stored = related(after)
  pair.record = after
  if (!stored) options.table.delete(pair)
  options.writer.write(stored ? { put: stored } : { remove: after }, () => {
    tellAll(pair, tells, options, () => {
      options.listeners.tell.authorized(pair, related(before), stored)
    })
  })
  options.changed(pair, before)
}

/** A pair without any relation is no pair. */
function related(record: ContactPair): ContactPair | undefined {
  return record.to === 'none' && record.from === 'none' ? undefined : record
}

/** The gateway's parts hear of it between the stanzas that say so and the presence that follows from it. */
function tellAll(
  pair: LivePair,
  tells: readonly Told[],
  options: PairStepsOptions,
  between?: () => void,
): void {
  for (const told of tells) if (told !== 'presence') tell(pair, told, options)
  between?.()
  if (!tells.includes('presence')) return
  options.listeners.tell.forgotten(pair)
  show(pair, options)
}

function tell(
  pair: LivePair,
  told: Exclude<Told, 'presence'>,
  { streams, clock }: PairStepsOptions,
): void {
  if (told === 'probe') pair.probedAt = clock.now()
  streams.send(subscriptionStanza(pair, told))
}

function show(pair: LivePair, { listeners }: PairStepsOptions, to?: string): void {
  if (pair.record.from === 'granted' && pair.standing) listeners.tell.shown(pair, to)
}
