/** A softphone of few words: answers challenges, keeps its dialogs, says 200 to NOTIFYs unless told otherwise. */
import { createHash, randomBytes } from 'node:crypto'
import { TRANSPORTS } from '../../core/sip/transport.ts'
import type { SipClient, SipText } from '../support/sip-client.ts'

interface RequestParts {
  readonly uri: string
  readonly to?: string
  readonly from?: string
  /** Further header lines. */
  readonly headers?: readonly string[]
  readonly body?: string | Buffer
  readonly callId?: string
  readonly fromTag?: string
  readonly toTag?: string
  readonly cseq?: number
  /** Absent: credentials are sent when they are asked for. */
  readonly anonymous?: boolean
  readonly branch?: string
  readonly contact?: string
}

interface Subscribed {
  readonly response: SipText
  readonly callId: string
  readonly fromTag: string
  readonly toTag: string
  readonly watched: string
  readonly event: string
}

export interface Phone {
  readonly client: SipClient
  readonly aor: string
  /** The final answer, after one answer to a challenge. */
  request(method: string, parts: RequestParts): Promise<SipText>
  publish(body: string | undefined, headers?: readonly string[]): Promise<SipText>
  subscribe(watched: string, headers?: readonly string[], event?: string): Promise<Subscribed>
  refresh(
    dialog: Subscribed,
    expires: number,
    cseq?: number,
    headers?: readonly string[],
  ): Promise<SipText>
  /** The next NOTIFY, answered with `status`. */
  notify(status?: number | null): Promise<SipText>
  answer(request: SipText, status: number, headers?: readonly string[]): void
  /** The Authorization line that answers a challenge. */
  authorization(challenge: string, method: string, uri: string): string
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const token = () => randomBytes(8).toString('hex')

export function createPhone(
  client: SipClient,
  user: string,
  domain: string,
  password: string,
): Phone {
  const aor = `sip:${user}@${domain}`
  let cseq = 0
  /** The NOTIFYs that were answered, by their Via, and with what. */
  const answered = new Map<string, number>()

  function contactOf(name: string): string {
    const { parameter, connected } = TRANSPORTS[client.transport]
    const transport = connected ? `;transport=${parameter}` : ''
    return `<sip:${name}@127.0.0.1:${client.port}${transport}>`
  }

  function write(method: string, parts: RequestParts, number: number, authorization: string[]) {
    const { uri, to = uri, from = aor, headers = [], body = '', callId = token() } = parts
    const toTag = parts.toTag === undefined ? '' : `;tag=${parts.toTag}`
    const contact = parts.contact ?? contactOf(user)
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${client.transport} 127.0.0.1:${client.port};rport;branch=${parts.branch ?? `z9hG4bK${token()}`}`,
      `From: <${from}>;tag=${parts.fromTag ?? token()}`,
      `To: <${to}>${toTag}`,
      `Call-ID: ${callId}`,
      `CSeq: ${number} ${method}`,
      'Max-Forwards: 70',
      ...(contact === '' ? [] : [`Contact: ${contact}`]),
      ...headers,
      ...authorization,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    client.send(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]))
  }

  async function request(method: string, given: RequestParts): Promise<SipText> {
    const parts = { callId: token(), fromTag: token(), ...given }
    const number = parts.cseq ?? ++cseq
    const first = await exchange(method, parts, number, [])
    const challenge = first.header('www-authenticate')
    if (first.status !== 401 || challenge === undefined || parts.anonymous) return first
    const credentials = authorization(challenge, method, parts.uri)
    return exchange(method, { ...parts, branch: `z9hG4bK${token()}` }, number + 1, [credentials])
  }

  async function exchange(
    method: string,
    parts: RequestParts,
    number: number,
    lines: string[],
  ): Promise<SipText> {
    cseq = Math.max(cseq, number)
    write(method, parts, number, lines)
    const wanted = `${number} ${method}`
    return client.receive(
      (message) =>
        message.status > 0 &&
        message.header('cseq') === wanted &&
        message.header('call-id') === parts.callId,
      `the answer to ${wanted}`,
    )
  }

  function authorization(challenge: string, method: string, uri: string): string {
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? ''
    const [realm, nonce] = [field('realm'), field('nonce')]
    const cnonce = token()
    const ha1 = md5(`${user}:${realm}:${password}`)
    const response = md5(`${ha1}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`)
    return (
      `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
      `response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="${cnonce}"`
    )
  }

  function answer(message: SipText, status: number, headers: readonly string[] = []): void {
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
      message.headers(name).map((value) => `${name}: ${value}`),
    )
    const lines = [`SIP/2.0 ${status} Answer`, ...copied, ...headers, 'Content-Length: 0']
    client.send(`${lines.join('\r\n')}\r\n\r\n`)
  }

  return {
    client,
    aor,
    request,
    answer,
    authorization,
    publish(body, headers = []) {
      const type = body === undefined ? [] : ['Content-Type: application/pidf+xml']
      const lines = ['Event: presence', ...type, ...headers]
      return request('PUBLISH', { uri: aor, headers: lines, body: body ?? '' })
    },
    async subscribe(watched, headers = ['Expires: 600'], event = 'presence') {
      const [callId, fromTag] = [token(), token()]
      const lines = [`Event: ${event}`, ...headers]
      // Its own, as baresip has it: what comes again from the same Contact is a phone that has started anew.
      const contact = contactOf(`${user}-${callId}`)
      const parts = { uri: watched, headers: lines, callId, fromTag, contact }
      const response = await request('SUBSCRIBE', parts)
      const toTag = /;tag=([^;]+)/.exec(response.header('to') ?? '')?.[1] ?? ''
      return { response, callId, fromTag, toTag, watched, event }
    },
    refresh({ callId, fromTag, toTag, watched, event, response }, expires, number, further = []) {
      const uri = /<([^>]+)>/.exec(response.header('contact') ?? '')?.[1] ?? ''
      const headers = [`Event: ${event}`, `Expires: ${expires}`, ...further]
      const dialog = { uri, to: watched, callId, fromTag, toTag, headers }
      return request('SUBSCRIBE', number === undefined ? dialog : { ...dialog, cseq: number })
    },
    async notify(status = 200) {
      for (;;) {
        const message = await client.receive(({ method }) => method === 'NOTIFY', 'a NOTIFY')
        const via = message.header('via') ?? ''
        const before = answered.get(via)
        if (before === undefined) {
          if (status === null) return message
          answered.set(via, status)
          answer(message, status)
          return message
        }
        // Sent again before the answer came: it is no other request. RFC 3261 §17.2.2
        answer(message, before)
      }
    },
  }
}

export function pidf(entity: string, basic: 'open' | 'closed', person = ''): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" ' +
    'xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" xmlns:c="urn:ietf:params:xml:ns:pidf:cipid" ' +
    `entity="${entity}"><tuple id="t1"><status><basic>${basic}</basic></status></tuple>${person}</presence>`
  )
}
