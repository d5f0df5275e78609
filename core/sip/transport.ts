/** The transports, and all in which they differ for the rest of the stack. RFC 3261 §18, §26.2.2; RFC 7118 §5. */

/** As Via names them. */
export type TransportName = 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS'

interface Transport {
  /** What `;transport=` in a URI calls it. TLS and WSS are told from TCP and WS by the scheme too. */
  readonly parameter: string
  /** A connection: it may end, nothing is sent twice, responses go back along it. RFC 3261 §17.1.2.2, §18.2.2. */
  readonly connected: boolean
  readonly secure: boolean
  /** RFC 3261 §19.1.2; RFC 7118 §5. */
  readonly defaultPort: number
}

export const TRANSPORTS: Readonly<Record<TransportName, Transport>> = {
  UDP: { parameter: 'udp', connected: false, secure: false, defaultPort: 5060 },
  TCP: { parameter: 'tcp', connected: true, secure: false, defaultPort: 5060 },
  TLS: { parameter: 'tls', connected: true, secure: true, defaultPort: 5061 },
  WS: { parameter: 'ws', connected: true, secure: false, defaultPort: 80 },
  WSS: { parameter: 'ws', connected: true, secure: true, defaultPort: 443 },
}

/** From a name that was stored or written in a URI. */
export function isTransportName(text: string): text is TransportName {
  return Object.hasOwn(TRANSPORTS, text)
}
