/** The condition of a SUBSCRIBE: which entity its watcher has already, and need not be told. RFC 5839 §6.2, §6.3, §7.2. */
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { detachedText } from '../../core/sip/octet-text.ts'
import type { EventPackage } from '../event-package.ts'
import { suppressedBody, type NotifyBody } from './notify-body.ts'
import { badRequest } from '../refusal.ts'
import type { Subscription } from '../resource.ts'

/** The condition that is always met: nothing but the subscription's own state is told. §6.2. */
export const ANY_ENTITY = '*'

const FIELD = 'suppress-if-match'
const TOKEN = /^[\w!%*+'`~.-]+$/

/** An entity tag, ANY_ENTITY, or undefined: no condition. Throws 400. */
export function readCondition(message: SipMessage): string | undefined {
  const value = message.header(FIELD)
  if (value === undefined) return undefined
  // One condition, one tag. §5.2, §7.3
  if (message.count(FIELD) > 1 || !TOKEN.test(value)) throw badRequest('Bad Suppress-If-Match')
  return detachedText(value)
}

/** Where documents belong to one subscription no tag names another subscription's. */
export function openingCondition({
  condition,
  eventPackage,
}: {
  condition: string | undefined
  eventPackage: EventPackage
}): string | undefined {
  return 'view' in eventPackage && condition !== ANY_ENTITY ? undefined : condition
}

/** What is told of the state as it is, under the watcher's condition; undefined: nothing. */
export function underCondition(
  subscription: Subscription,
  body: NotifyBody | undefined,
): NotifyBody | undefined {
  const { condition, owed } = subscription
  if (condition === undefined) return body
  const entityTag = body?.entityTag ?? condition
  if (isMet(condition, entityTag)) return owed ? suppressedBody(entityTag) : undefined
  // Once it is not met it counts no more: the watcher has another entity from now on. §6.3
  subscription.condition = undefined
  return body
}

function isMet(condition: string, entityTag: string | undefined): boolean {
  return condition === ANY_ENTITY || condition === entityTag
}
