/** One of the workers that share their listeners: says in each answer who it is, notifies who subscribes, and tells what came of it. */
import {
  createSipEndpoint,
  type ListeningSipEndpoint,
} from '../../../core/sip/create-sip-endpoint.ts'
import type { ListenerOptions } from '../../../core/sip/listener.ts'
import type { SharedSockets } from '../../../core/sip/shared-sockets.ts'
import type { Flow, IncomingRequest } from '../../../core/sip/sip-endpoint.ts'
import { silentLog } from '../../../core/model/log.ts'
import { openLinks, type WorkerLinks } from '../../../service/workers/links.ts'
import { relayLinks } from '../../../service/workers/relay-links.ts'
import { certificates } from '../../support/certificates.ts'
import { systemClock } from '../raw-peer.ts'

export interface WorkerOrder {
  readonly own: number
  readonly workers: number
  readonly folder: string
}

/** All workers listen here, in this order. */
export const TRANSPORTS = ['UDP', 'TCP', 'TLS', 'WS'] as const

export interface RelayWorker {
  readonly sip: ListeningSipEndpoint
  readonly links: WorkerLinks
  stop(): Promise<void>
}

export async function startRelayWorker(
  { own, workers, folder }: WorkerOrder,
  sockets: SharedSockets,
): Promise<RelayWorker> {
  const links = await openLinks({ own, workers, folder, log: silentLog })
  const tls = certificates('localhost')
  const listeners = TRANSPORTS.map((transport): ListenerOptions => ({
    transport,
    address: '127.0.0.1',
    port: 0,
    tls,
  }))
  const sip = createSipEndpoint({
    ...{ listeners, sockets, clock: systemClock, log: silentLog, allow: 'OPTIONS' },
    relay: { links: relayLinks(links), hostsOfFirst: new Set(['xmpp.example.org']) },
  })
  const closed: Flow[] = []
  sip.onFlowClosed((flow) => closed.push(flow))
  sip.onRequest((request) => {
    answer(sip, own, request, closed)
  })
  await sip.start()
  await links.whenAll(10_000)
  return {
    sip,
    links,
    async stop() {
      await sip.stop()
      await links.close()
    },
  }
}

function answer(
  sip: ListeningSipEndpoint,
  own: number,
  request: IncomingRequest,
  closed: readonly Flow[],
): void {
  const { message, flow } = request
  const toTag = message.toTag === '' ? sip.dialogTag(message) : message.toTag
  const headers =
    `X-Worker: ${own}\r\nX-Peer: ${flow.transport} ${flow.remoteAddress}:${flow.remotePort}\r\n` +
    `X-Closed: ${closed.map(({ transport }) => transport).join()}\r\n`
  request.respond({ status: 200, toTag, headers })
  if (message.method === 'SUBSCRIBE') notify(sip, { own, toTag, request })
}

/** Two requests of ours: the second tells that the answer to the first came to the worker that waits for it. */
function notify(
  sip: ListeningSipEndpoint,
  { own, toTag, request }: { own: number; toTag: string; request: IncomingRequest },
): void {
  const { message, flow } = request
  const send = (cseq: number, extra: string, done: (outcome: string) => void) => {
    const headers =
      `From: <${message.to.uri}>;tag=${toTag}\r\nTo: <${message.from.uri}>;tag=${message.fromTag}\r\n` +
      `Call-ID: ${message.callId}\r\nCSeq: ${cseq} NOTIFY\r\nMax-Forwards: 70\r\n${extra}`
    const requestUri = 'sip:bob@127.0.0.1'
    sip.request({ method: 'NOTIFY', requestUri, destination: flow, headers }, ({ kind }) => {
      done(kind)
    })
  }
  send(1, `X-Worker: ${own}\r\n`, (kind) => {
    send(2, `X-Worker: ${own}\r\nX-Outcome: ${kind}\r\n`, () => undefined)
  })
}
