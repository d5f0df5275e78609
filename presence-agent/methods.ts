/** The methods that are answered here, and those that are merely known. RFC 3261 §8.2.1. */

export interface Methods {
  /** For Allow. */
  readonly allow: string
  isSupported(method: string): boolean
  /** Known to SIP, though not done here. */
  isKnown(method: string): boolean
}

const ALWAYS = ['OPTIONS', 'PUBLISH', 'SUBSCRIBE']
// The methods of the IANA registry.
const KNOWN = new Set([
  ...['ACK', 'BYE', 'CANCEL', 'INFO', 'INVITE', 'MESSAGE', 'NOTIFY', 'OPTIONS', 'PRACK'],
  ...['PUBLISH', 'REFER', 'REGISTER', 'SUBSCRIBE', 'UPDATE'],
])

export function createMethods(done: {
  readonly registrar: boolean
  /** Present: there may be subscriptions of ours elsewhere. */
  readonly outbound?: object
}): Methods {
  const supported = [
    ...ALWAYS,
    ...(done.registrar ? ['REGISTER'] : []),
    ...(done.outbound ? ['NOTIFY'] : []),
  ]
  return {
    allow: supported.join(', '),
    isSupported: (method) => supported.includes(method),
    isKnown: (method) => KNOWN.has(method),
  }
}
