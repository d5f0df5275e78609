/** Via: the way a response goes back. RFC 3261 §20.42, RFC 3581. */
import { parseParameters, type Parameters } from './parameters.ts'

export interface Via {
  /** In upper case: `UDP`. */
  readonly transport: string
  /** Without brackets where it is an IPv6 address. */
  readonly host: string
  readonly port?: number
  /** `host:port` as written, in lower case: what a transaction is keyed by. */
  readonly sentBy: string
  readonly branch?: string
  /** The client asks for symmetric responses. */
  readonly rport: boolean
  readonly parameters: Parameters
}

const VIA =
  /^\s*SIP\s*\/\s*2\.0\s*\/\s*([^\s;/,]+)\s+(\[[^\]\s]*\]|[^\s:;,]+)\s*(?::\s*(\d{1,5})\s*)?(;|$)/i

/** Undefined when the text is no Via value. Takes the first value only; split lists before. */
export function parseVia(text: string): Via | undefined {
  const match = VIA.exec(text)
  if (!match) return undefined
  const [whole, transport = '', host = '', portText] = match
  const port = portText === undefined ? undefined : Number(portText)
  if (port !== undefined && (port === 0 || port > 65535)) return undefined
  const rest = match[4] === ';' ? text.slice(whole.length - 1) : ''
  const parameters = parseParameters(rest)
  const branch = parameters.get('branch')
  return {
    transport: transport.toUpperCase(),
    host: host.startsWith('[') ? host.slice(1, -1) : host,
    ...(port !== undefined && { port }),
    sentBy: (portText === undefined ? host : `${host}:${portText}`).toLowerCase(),
    ...(branch !== undefined && { branch }),
    rport: parameters.has('rport'),
    parameters,
  }
}
