/** Via: the way a response goes back. RFC 3261 §20.42, RFC 3581. */
import { findParameter, parseParameters, type Parameters } from './parameters.ts'

/** A class: there is one for every message, and few are asked for all that they say. */
export class Via {
  /** In upper case: `UDP`. */
  readonly transport: string
  /** Without brackets where it is an IPv6 address. */
  readonly host: string
  readonly port: number | undefined
  /** `host:port` as written, in lower case: what a transaction is keyed by. */
  readonly sentBy: string
  /** With the semicolon before them. */
  readonly #parameters: string

  constructor(transport: string, host: string, port: string | undefined, parameters: string) {
    this.transport = transport.toUpperCase()
    this.host = host.startsWith('[') ? host.slice(1, -1) : host
    this.port = port === undefined ? undefined : Number(port)
    this.sentBy = (port === undefined ? host : `${host}:${port}`).toLowerCase()
    this.#parameters = parameters
  }

  get branch(): string | undefined {
    return findParameter(this.#parameters, 'branch')
  }

  /** The client asks for symmetric responses. */
  get rport(): boolean {
    return findParameter(this.#parameters, 'rport') !== undefined
  }

  get parameters(): Parameters {
    return parseParameters(this.#parameters)
  }
}

const VIA =
  /^\s*SIP\s*\/\s*2\.0\s*\/\s*([^\s;/,]+)\s+(\[[^\]\s]*\]|[^\s:;,]+)\s*(?::\s*(\d{1,5})\s*)?(;|$)/i

/** Undefined when the text is no Via value. Takes the first value only; split lists before. */
export function parseVia(text: string): Via | undefined {
  const match = VIA.exec(text)
  if (!match) return undefined
  const [whole, transport = '', host = '', port, end] = match
  const via = new Via(transport, host, port, end === ';' ? text.slice(whole.length - 1) : '')
  return via.port === 0 || (via.port ?? 0) > 65535 ? undefined : via
}
