/** Warms the hot path before the listeners open: a cold process is slow on its first thousand requests. DESIGN §6. */
import { createDomains, type Domain } from '../core/model/domain.ts'
import { silentLog } from '../core/model/log.ts'
import { FieldIndex } from '../core/sip/field-index.ts'
import { parseSipMessage } from '../core/sip/parse-sip-message.ts'
import { randomToken } from '../core/sip/random-token.ts'
import { SipMessage } from '../core/sip/sip-message.ts'
import type {
  Flow,
  IncomingRequest,
  OutgoingResponse,
  SipEndpoint,
} from '../core/sip/sip-endpoint.ts'
import { createPresenceAgent } from './create-presence-agent.ts'
import { EMPTY_STORES } from './empty-stores.ts'

const ROUNDS = 40
const PUBLISHES = 25
const NAME = 'warm.invalid'

const DOMAIN: Domain = {
  name: NAME,
  realm: NAME,
  aliases: [],
  defaultPolicy: 'allow-domain',
  externalAccounts: true,
}

const FLOW: Flow = {
  transport: 'UDP',
  localAddress: '127.0.0.1',
  localPort: 5060,
  remoteAddress: '127.0.0.1',
  remotePort: 5070,
  alive: true,
}

/** Lets an agent that nobody sees answer a thousand requests, and counts them. Takes a fraction of a second. */
export async function warmPresenceAgent(): Promise<{ answered: number; notified: number }> {
  const wire = createDeafWire()
  const agent = createPresenceAgent({
    sip: wire.sip,
    ...EMPTY_STORES,
    domains: createDomains([DOMAIN]),
    isTrustedPeer: () => true,
    registrar: false,
    presence: { minExpires: 60, maxExpires: 3600, throttle: 0, iconWithStatusIcon: true },
    icons: { publicUrl: `http://${NAME}` },
    xcapRootUrls: [],
    clock: { now: () => 0, after: () => () => undefined },
    log: silentLog,
  })
  await agent.start()
  for (let round = 0; round < ROUNDS; round++) {
    wire.receive(subscribe(round))
    for (let count = 0; count < PUBLISHES; count++) wire.receive(publish(round * PUBLISHES + count))
    await wire.endTurn()
  }
  await agent.stop()
  return wire.counts
}

/** An endpoint without sockets: takes every NOTIFY with 200. */
function createDeafWire() {
  const counts = { answered: 0, notified: 0 }
  let handler: (request: IncomingRequest) => void = () => undefined
  let onTurnEnd: () => void = () => undefined
  const taken = new SipMessage(
    { isRequest: false, method: '', requestUri: '', status: 200, reason: 'OK' },
    '',
    new FieldIndex(),
    Buffer.alloc(0),
  )
  const respond = ({ status }: OutgoingResponse) => {
    if (status === 200) counts.answered++
  }
  const sip: SipEndpoint = {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    onRequest: (given) => void (handler = given),
    onTurnEnd: (given) => void (onTurnEnd = given),
    onFlowClosed: () => undefined,
    request: (_, done) => {
      counts.notified++
      done({ kind: 'response', response: taken })
    },
    contactAddress: () => '127.0.0.1:5060',
    findFlow: () => FLOW,
    dialogTag: () => randomToken(),
  }
  return {
    sip,
    counts,
    receive(text: string): void {
      const message = parseSipMessage(Buffer.from(text), { stream: false })
      if (message instanceof SipMessage) handler({ message, flow: FLOW, respond })
    },
    async endTurn(): Promise<void> {
      onTurnEnd()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

function subscribe(number: number): string {
  const lines = ['Event: presence', 'Expires: 600', 'Accept: application/pidf+xml']
  return request('SUBSCRIBE', number, lines, '')
}

function publish(number: number): string {
  const lines = ['Event: presence', 'Expires: 600', 'Content-Type: application/pidf+xml']
  return request('PUBLISH', number, lines, document(number))
}

function request(method: string, number: number, lines: readonly string[], body: string): string {
  const user = `sip:user${number % ROUNDS}@${NAME}`
  return [
    `${method} ${user} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:5070;rport;branch=z9hG4bK${method}${number}`,
    `From: <${user}>;tag=${number}`,
    `To: <${user}>`,
    `Call-ID: ${method}${number}@${NAME}`,
    `CSeq: ${number} ${method}`,
    'Contact: <sip:user@127.0.0.1:5070>',
    `P-Asserted-Identity: <${user}>`,
    ...lines,
    `Content-Length: ${body.length}\r\n\r\n${body}`,
  ].join('\r\n')
}

function document(number: number): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><presence xmlns="urn:ietf:params:xml:ns:pidf" ' +
    'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" ' +
    `entity="sip:user@${NAME}"><tuple id="t${number}"><status><basic>open</basic></status>` +
    `<contact>sip:user@${NAME}</contact><note>${number}</note></tuple><dm:person id="p">` +
    '<rpid:activities><rpid:busy/></rpid:activities></dm:person></presence>'
  )
}
