/** Option tags: extensions of SUBSCRIBE that a request may require of us. RFC 3261 §19.2. */

/** Lists of resources. RFC 4662 §8.1 */
export const EVENT_LIST = 'eventlist'
/** The request brings the list. RFC 5367 §9.2 */
export const RECIPIENT_LIST_SUBSCRIBE = 'recipient-list-subscribe'

export const SUBSCRIBE_EXTENSIONS: readonly string[] = [EVENT_LIST, RECIPIENT_LIST_SUBSCRIBE]
