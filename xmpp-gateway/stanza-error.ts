/** Stanza error: what is wrong with a stanza, in the words of the wire. RFC 6120 §8.3. */

/** RFC 6120 §8.3.3. */
export const STANZA_CONDITIONS = [
  'bad-request',
  'conflict',
  'feature-not-implemented',
  'forbidden',
  'gone',
  'internal-server-error',
  'item-not-found',
  'jid-malformed',
  'not-acceptable',
  'not-allowed',
  'not-authorized',
  'policy-violation',
  'recipient-unavailable',
  'redirect',
  'registration-required',
  'remote-server-not-found',
  'remote-server-timeout',
  'resource-constraint',
  'service-unavailable',
  'subscription-required',
  'undefined-condition',
  'unexpected-request',
] as const

export type StanzaCondition = (typeof STANZA_CONDITIONS)[number]

/** RFC 6120 §8.3.2. */
export const STANZA_ERROR_TYPES = ['auth', 'cancel', 'continue', 'modify', 'wait'] as const

export type StanzaErrorType = (typeof STANZA_ERROR_TYPES)[number]

interface Further {
  /** For a person to read. */
  readonly text?: string
  /** What the condition's element carries, as the new address in `gone`. */
  readonly content?: string
  readonly application?: ApplicationCondition
}

/** An application's own condition beside the standard's: namespace and name. RFC 6120 §8.3.4 */
export interface ApplicationCondition {
  readonly namespace: string
  readonly name: string
  /** Of `unsupported`: the feature that is missing. XEP-0060 §11 */
  readonly feature?: string
}

/** Thrown by whoever answers an iq, and what a refused request of ours rejects with. */
export class StanzaError extends Error {
  readonly condition: StanzaCondition
  readonly type: StanzaErrorType
  readonly further: Further

  constructor(condition: StanzaCondition, type: StanzaErrorType, further: Further = {}) {
    super(further.text ?? condition)
    this.condition = condition
    this.type = type
    this.further = further
  }
}
