/** The SIP server that a command speaks to: `TRANSPORT:HOST:PORT`. */

export interface SipServer {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'
  /** A name or an address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** Certificates in PEM that the server's may be signed by; absent: those that Node trusts. */
  readonly ca?: Buffer
}

/** As the person wrote it. */
export function sipServerText({ transport, host, port }: SipServer): string {
  return `${transport}:${bracketed(host)}:${port}`
}

/** An address as URIs and Via hold it. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
