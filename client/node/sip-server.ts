/** The SIP server that a command speaks to: `udp:HOST:PORT` or `tcp:HOST:PORT`. */

export interface SipServer {
  readonly transport: 'udp' | 'tcp'
  /** A name or an address, IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

const USUAL_PORT = 5060
const SERVER = /^(udp|tcp):(\[[0-9a-f:.]+\]|[^\s:[\]]+)(?::(\d{1,5}))?$/i

/** Undefined: not of this form. */
export function parseSipServer(text: string): SipServer | undefined {
  const [, transport, host, digits] = SERVER.exec(text) ?? []
  if (transport === undefined || host === undefined) return undefined
  const port = digits === undefined ? USUAL_PORT : Number(digits)
  if (port === 0 || port > 65_535) return undefined
  return {
    transport: transport.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
    host: host.startsWith('[') ? host.slice(1, -1) : host,
    port,
  }
}

/** As the person wrote it. */
export function sipServerText({ transport, host, port }: SipServer): string {
  return `${transport}:${bracketed(host)}:${port}`
}

/** An address as URIs and Via hold it. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
