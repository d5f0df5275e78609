/** Whether a SUBSCRIBE is to a list, and may be. RFC 4662 §4.1, §4.3, RFC 5367 §5. */
import { RLMI_MEDIA_TYPE } from '../../core/documents/rlmi.ts'
import { parseMediaType } from '../../core/sip/media-type.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import type { EventPackage } from '../event-package.ts'
import type { ListServices } from './list-services.ts'
import type { SourcedList, SourceProblem } from './list-source.ts'
import { EVENT_LIST } from '../option-tags.ts'
import { bringsList, RECIPIENT_LIST_TYPES, requiresRecipientList } from './recipient-list.ts'
import {
  badEvent,
  badGateway,
  badRequest,
  bodyTooLarge,
  extensionRequired,
  forbidden,
  notAcceptable,
  notFound,
  unsupportedMediaType,
  type Refusal,
} from '../refusal.ts'
import type { AdmittedRequest } from '../request-admission.ts'

/** `isListable`: whether lists of the event package can be subscribed to. */
export function isForList(
  { request: { message }, presentity }: AdmittedRequest,
  isListable: boolean,
  services: Pick<ListServices, 'has'>,
): boolean {
  if (requiresRecipientList(message)) return true
  if (isListable && bringsList(message)) return true
  // A person's address is nobody's list; with a parameter it may be. RFC 4826 §4.4.5
  if (presentity?.account && !message.to.uri.includes(';')) return false
  // Proxies may have written another Request-URI; To is what the subscriber asked for. RFC 3261 §8.1.1.2
  return services.has(message.to.uri)
}

/** Whether it is the package of lists that stands beside another. */
export function isListPackage(eventPackage: EventPackage): boolean {
  return 'view' in eventPackage && eventPackage.extension === EVENT_LIST
}

/** Throws the Refusal to answer. */
export function checkListRequest({ request, identity, ownDomain }: AdmittedRequest): void {
  const { message } = request
  // A list cannot be told to whoever does not understand lists. RFC 4662 §4.1
  if (!understandsLists(message)) throw extensionRequired(EVENT_LIST)
  if (!acceptsMetaInformation(message)) throw notAcceptable()
  if (requiresRecipientList(message) && !bringsList(message)) {
    if (message.body.length === 0) throw badRequest('No List')
    throw unsupportedMediaType(RECIPIENT_LIST_TYPES.join(', '))
  }
  // Who sends others a hundred SUBSCRIBEs by one is known here by name. RFC 5363 §5
  if (identity === undefined || !ownDomain) throw forbidden()
}

function understandsLists(message: SipMessage): boolean {
  const tags = [...message.values('supported'), ...message.values('require')]
  return tags.some((tag) => tag.toLowerCase() === EVENT_LIST)
}

const FITTING = new Set([RLMI_MEDIA_TYPE, 'application/*', '*/*'])

/** RFC 4662 §4.3. Who names nothing, but understands lists, understands this too. */
function acceptsMetaInformation(message: SipMessage): boolean {
  if (message.count('accept') === 0) return true
  return message.values('accept').some((value) => FITTING.has(parseMediaType(value)?.type ?? ''))
}

type Refusing = (list: SourcedList, isInBody: boolean) => Refusal

const REFUSALS: Readonly<Record<SourceProblem, Refusing>> = {
  absent: notFound,
  foreign: forbidden,
  'bad-event': ({ packages = [] }) => badEvent(packages.join(', ')),
  malformed: () => badRequest('Malformed List'),
  'bad-reference': () => badGateway('List Refers To Nothing'),
  loop: () => badGateway('List Refers To Itself'),
  'too-deep': () => badGateway('List Too Deep'),
  'too-many-members': (_, isInBody) => (isInBody ? bodyTooLarge() : badGateway('List Too Long')),
  'too-many-documents': () => badGateway('List Refers To Too Many Documents'),
}

/** What to answer where the list is not what it should be; undefined: it is. RFC 4826 §4.5 */
export function listRefusal(list: SourcedList, isInBody: boolean): Refusal | undefined {
  return list.problem && REFUSALS[list.problem](list, isInBody)
}
