/** SIP response codes and stanza errors in each other's words. RFC 7247 §7. */
import { StanzaError, type StanzaCondition, type StanzaErrorType } from './stanza-error.ts'

/** RFC 7247 Table 3. */
const CONDITION_OF_STATUS: Readonly<Record<number, StanzaCondition>> = {
  300: 'redirect',
  301: 'gone',
  302: 'redirect',
  305: 'redirect',
  380: 'not-acceptable',
  400: 'bad-request',
  401: 'not-authorized',
  402: 'bad-request',
  403: 'forbidden',
  404: 'item-not-found',
  405: 'feature-not-implemented',
  406: 'not-acceptable',
  407: 'registration-required',
  408: 'remote-server-timeout',
  410: 'gone',
  413: 'policy-violation',
  414: 'policy-violation',
  415: 'not-acceptable',
  416: 'not-acceptable',
  420: 'feature-not-implemented',
  421: 'not-acceptable',
  423: 'resource-constraint',
  430: 'recipient-unavailable',
  439: 'feature-not-implemented',
  440: 'policy-violation',
  480: 'recipient-unavailable',
  481: 'item-not-found',
  482: 'not-acceptable',
  483: 'not-acceptable',
  484: 'item-not-found',
  485: 'item-not-found',
  486: 'recipient-unavailable',
  487: 'recipient-unavailable',
  488: 'not-acceptable',
  489: 'policy-violation',
  491: 'unexpected-request',
  493: 'bad-request',
  500: 'internal-server-error',
  501: 'feature-not-implemented',
  502: 'remote-server-not-found',
  503: 'internal-server-error',
  504: 'remote-server-timeout',
  505: 'not-acceptable',
  513: 'policy-violation',
  600: 'recipient-unavailable',
  603: 'recipient-unavailable',
  604: 'item-not-found',
  606: 'not-acceptable',
}

/** Of codes that the table does not name, by their first digit. RFC 7247 §7.2 */
const CONDITION_OF_CLASS: Readonly<Record<number, StanzaCondition>> = {
  3: 'redirect',
  4: 'bad-request',
  5: 'internal-server-error',
  6: 'recipient-unavailable',
}

/** The type that goes with each condition. RFC 6120 §8.3.3 */
const TYPE: Readonly<Record<StanzaCondition, StanzaErrorType>> = {
  'bad-request': 'modify',
  conflict: 'cancel',
  'feature-not-implemented': 'cancel',
  forbidden: 'auth',
  gone: 'cancel',
  'internal-server-error': 'cancel',
  'item-not-found': 'cancel',
  'jid-malformed': 'modify',
  'not-acceptable': 'modify',
  'not-allowed': 'cancel',
  'not-authorized': 'auth',
  'policy-violation': 'modify',
  'recipient-unavailable': 'wait',
  redirect: 'modify',
  'registration-required': 'auth',
  'remote-server-not-found': 'cancel',
  'remote-server-timeout': 'wait',
  'resource-constraint': 'wait',
  'service-unavailable': 'cancel',
  'subscription-required': 'auth',
  'undefined-condition': 'cancel',
  'unexpected-request': 'wait',
}

/** @param contact Where a 3xx points: a URI. */
export function errorOfStatus(status: number, contact?: string): StanzaError {
  const condition =
    CONDITION_OF_STATUS[status] ??
    CONDITION_OF_CLASS[Math.floor(status / 100)] ??
    'undefined-condition'
  // Of `gone` only a 301 says where to; a 410 must not. RFC 7247 §7.2 note 1
  const pointsOn = status !== 410 && (condition === 'gone' || condition === 'redirect')
  const further = pointsOn && contact !== undefined ? { content: contact } : {}
  return new StanzaError(condition, TYPE[condition], further)
}

/**
 * RFC 7247 Table 2, of bare JIDs: nothing that SIP wants to know is asked of a single device.
 * Without the 301 of a `gone` that says where to (§7.1 note 3): an address that an error of XMPP names is not passed on.
 */
const STATUS_OF_CONDITION: Readonly<Record<StanzaCondition, number>> = {
  'bad-request': 400,
  conflict: 400,
  'feature-not-implemented': 501,
  forbidden: 603,
  gone: 410,
  'internal-server-error': 500,
  'item-not-found': 604,
  'jid-malformed': 400,
  'not-acceptable': 606,
  'not-allowed': 403,
  'not-authorized': 401,
  'policy-violation': 403,
  'recipient-unavailable': 600,
  redirect: 302,
  'registration-required': 407,
  'remote-server-not-found': 404,
  'remote-server-timeout': 408,
  'resource-constraint': 500,
  // Never 503, which would be of the whole server. RFC 7247 §7.1 note 5
  'service-unavailable': 403,
  'subscription-required': 400,
  'undefined-condition': 400,
  'unexpected-request': 491,
}

export function statusOfError(condition: StanzaCondition): number {
  return STATUS_OF_CONDITION[condition]
}
