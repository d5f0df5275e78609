/** The SIP server that a command speaks to: `udp:HOST:PORT` or `tcp:HOST:PORT`. */

export interface SipServer {
  readonly transport: 'udp' | 'tcp'
  /** A name or an address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** As the person wrote it. */
export function sipServerText({ transport, host, port }: SipServer): string {
  return `${transport}:${bracketed(host)}:${port}`
}

/** An address as URIs and Via hold it. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
