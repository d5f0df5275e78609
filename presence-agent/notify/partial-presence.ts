/** Partial notification: the whole document first, then what changed of it, as long as nothing was lost. RFC 5263 §4.4. */
import { notifyBody, type NotifyBody } from './notify-body.ts'
import type { PartialForm } from '../event-package.ts'
import type { Subscription } from '../resource.ts'

/** The watcher has said that it prefers changes. §4.3 */
export function wantsPartial({ accept }: Subscription, form: PartialForm): boolean {
  return accept[0] === form.contentType
}

export interface PartialBodies {
  /** What tells the watcher of the whole body that others of its kind are sent. */
  of(subscription: Subscription, whole: NotifyBody, form: PartialForm): NotifyBody
}

/** With a version in it every watcher's text is its own; what stands around it is made once. */
type Numbered = (version: number) => string

export function createPartialBodies(): PartialBodies {
  const wholes = new WeakMap<NotifyBody, Numbered>()
  /** By the body now, then by the one before. */
  const differences = new WeakMap<NotifyBody, WeakMap<NotifyBody, Numbered>>()

  function wholeOf(body: NotifyBody, form: PartialForm): Numbered {
    const made = wholes.get(body) ?? form.whole(body.bytes.toString())
    wholes.set(body, made)
    return made
  }

  function differenceOf(before: NotifyBody, after: NotifyBody, form: PartialForm): Numbered {
    let known = differences.get(after)
    if (!known) differences.set(after, (known = new WeakMap<NotifyBody, Numbered>()))
    const made =
      known.get(before) ??
      form.difference(before.bytes.toString(), after.bytes.toString()) ??
      wholeOf(after, form)
    known.set(before, made)
    return made
  }

  return {
    of(subscription, whole, form) {
      const { told, cseq, owed, condition } = subscription
      // The number of the NOTIFY is the version, which so goes on over a restart; the first one has 1. §4.4
      const version = cseq + 1
      // What asks for everything gets it, and who may have missed the last document. §4.4
      const goesOn = told?.version === cseq && !owed && condition === undefined
      const text = goesOn ? differenceOf(told.body, whole, form) : wholeOf(whole, form)
      subscription.told = condition === undefined ? { body: whole, version } : undefined
      return notifyBody(text(version), form.contentType, whole.entityTag)
    },
  }
}
