/** The DNS records that clients look for: RFC 3263 §4 (NAPTR, SRV), XEP-0114 and RFC 6120 §3.2 (XMPP), and TXT for XCAP. */
import type { Configuration } from '../configuration.ts'

export type WantedRecord =
  | {
      readonly type: 'NAPTR'
      readonly name: string
      readonly order: number
      readonly service: string
      readonly to: string
    }
  | { readonly type: 'SRV'; readonly name: string; readonly port: number; readonly to: string }
  | { readonly type: 'TXT'; readonly name: string; readonly text: string }
  /** Whose address only the operator knows. */
  | { readonly type: 'A'; readonly name: string }

interface Place {
  readonly domain: string
  /** The name of the machine, or of what stands before it. */
  readonly host: string
}

/** In the order in which clients are to try them: encrypted first. RFC 3263 §4.1. */
const SIP_SERVICES = [
  { transport: 'tls', service: 'SIPS+D2T', name: '_sips._tcp' },
  { transport: 'wss', service: 'SIPS+D2W', name: '_sips._ws' },
  { transport: 'tcp', service: 'SIP+D2T', name: '_sip._tcp' },
  { transport: 'udp', service: 'SIP+D2U', name: '_sip._udp' },
  { transport: 'ws', service: 'SIP+D2W', name: '_sip._ws' },
] as const

/** `xcapRoot`: the URL that clients reach. */
export function wantedRecords(
  { sip, xmpp }: Pick<Configuration, 'sip' | 'xmpp'>,
  { domain, host }: Place,
  xcapRoot: string,
): WantedRecord[] {
  const served = SIP_SERVICES.flatMap(({ transport, service, name }) => {
    const listener = sip.listen.find((one) => one.transport === transport)
    if (!listener) return []
    return [{ service, name: `${name}.${domain}`, port: advertisedPort(listener) }]
  })
  return [
    ...served.map(({ service, name }, index) => {
      return { type: 'NAPTR', name: domain, order: 10 * (index + 1), service, to: name } as const
    }),
    ...served.map(({ name, port }) => ({ type: 'SRV', name, port, to: host }) as const),
    ...xmppRecords(xmpp, domain),
    // Blink, SIP Thor's and Jitsi's clients ask for it where no XCAP root is set.
    { type: 'TXT', name: `xcap.${domain}`, text: xcapRoot },
    { type: 'A', name: host },
  ]
}

function advertisedPort({ advertise, address }: Configuration['sip']['listen'][number]): number {
  const said = /:(\d+)$/.exec(advertise?.replace(/^\[[^\]]*\]/, '') ?? '')?.[1]
  return said === undefined ? address.port : Number(said)
}

/** The XMPP server, not this one, is whom other XMPP servers connect to. RFC 6120 §3.2.1. */
function xmppRecords({ component, host }: Configuration['xmpp'], domain: string): WantedRecord[] {
  if (!component.includes(domain)) return []
  return [{ type: 'SRV', name: `_xmpp-server._tcp.${domain}`, port: 5269, to: host }]
}
