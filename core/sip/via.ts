/** Via: the way a response goes back. RFC 3261 §20.42, RFC 3581. */
import { findParameter, parseParameters, type Parameters } from './parameters.ts'
import { isTransportName } from './transport.ts'

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
  #rport: boolean | undefined

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
    return (this.#rport ??= findParameter(this.#parameters, 'rport') !== undefined)
  }

  get parameters(): Parameters {
    return parseParameters(this.#parameters)
  }
}

/** Undefined when the text is no Via value. Takes the first value only; split lists before. */
export function parseVia(text: string): Via | undefined {
  return plainVia(text) ?? anyVia(text)
}

const BEGINNING = 'SIP/2.0/'
const SEMICOLON = 0x3b
const COLON = 0x3a

/** As it is nearly always written: `SIP/2.0/UDP host:port;…`. Undefined: look closer. */
function plainVia(text: string): Via | undefined {
  const space = text.indexOf(' ', BEGINNING.length)
  if (!text.startsWith(BEGINNING) || !isTransportName(text.slice(BEGINNING.length, space))) {
    return undefined
  }
  let colon = -1
  let at = space + 1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === SEMICOLON) break
    if (code === COLON && colon < 0) colon = at
    else if (colon < 0 ? !isHostCharacter(code) : !isDigit(code)) return undefined
  }
  const end = colon < 0 ? at : colon
  const port = colon < 0 ? undefined : text.slice(colon + 1, at)
  // At most five digits, and no port that there cannot be.
  if (end === space + 1 || at - end > 6) return undefined
  if (port !== undefined && !isPort(Number(port))) return undefined
  const transport = text.slice(BEGINNING.length, space)
  return new Via(transport, text.slice(space + 1, end), port, text.slice(at))
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Letters, digits, full stops and hyphens. */
function isHostCharacter(code: number): boolean {
  const letter = code | 0x20
  return isDigit(code) || code === 0x2e || code === 0x2d || (letter >= 0x61 && letter <= 0x7a)
}

function isPort(port: number): boolean {
  return port > 0 && port <= 65535
}

const VIA =
  /^\s*SIP\s*\/\s*2\.0\s*\/\s*([^\s;/,]+)\s+(\[[^\]\s]*\]|[^\s:;,]+)\s*(?::\s*(\d{1,5})\s*)?(;|$)/i

function anyVia(text: string): Via | undefined {
  const match = VIA.exec(text)
  if (!match) return undefined
  const [whole, transport = '', host = '', port, end] = match
  const via = new Via(transport, host, port, end === ';' ? text.slice(whole.length - 1) : '')
  return via.port === undefined || isPort(via.port) ? via : undefined
}
