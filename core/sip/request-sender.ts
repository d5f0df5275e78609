/** Finds or opens the way for a request, then starts its transaction. RFC 3261 §8.1.2, §18.1.1. */
import type { ClientTransactions } from './client-transactions.ts'
import { isSendingFlow, type SendingFlow } from './flow.ts'
import { createHostLookup } from './host-lookup.ts'
import type { Listeners } from './listeners.ts'
import type { Destination, Flow, OutgoingRequest, RequestOutcome } from './sip-endpoint.ts'

type Done = (outcome: RequestOutcome) => void

/** Larger requests do not go over UDP where TCP can be had; with room for start line and Via. RFC 3261 §18.1.1. */
const LARGEST_DATAGRAM = 1300
const START_LINE_AND_VIA = 200

export function createRequestSender(parts: {
  readonly client: ClientTransactions
  readonly listeners: Listeners
}): (request: OutgoingRequest, done: Done) => void {
  const { client, listeners } = parts
  const lookup = createHostLookup()
  const opened = async (destination: Destination) => {
    const address = await lookup(destination.host)
    return address === undefined ? undefined : listeners.connect(destination, address)
  }

  const along = (flow: SendingFlow | undefined, request: OutgoingRequest, done: Done) => {
    if (flow?.alive) client.start(request, flow, done)
    else failSoon(done, 'no way to the destination')
  }

  const to = async (destination: Destination, request: OutgoingRequest, done: Done) => {
    const address = await lookup(destination.host)
    if (address === undefined) {
      failSoon(done, `${destination.host} has no address`)
      return
    }
    along(await wayTo(destination, address, request, listeners), request, done)
  }

  const usually = (request: OutgoingRequest, done: Done) => {
    const { destination } = request
    if ('alive' in destination) along(liveFlow(listeners, destination), request, done)
    else reported(to(destination, request, done), done)
  }

  const overConnection = async (way: Flow | Destination, request: OutgoingRequest, done: Done) => {
    const connection = 'alive' in way ? liveFlow(listeners, way) : await opened(way)
    if (connection) along(connection, request, done)
    else usually(request, done)
  }

  return (request, done) => {
    const { whenLarge } = request
    if (whenLarge && isLarge(request)) reported(overConnection(whenLarge, request, done), done)
    else usually(request, done)
  }
}

async function wayTo(
  destination: Destination,
  address: string,
  request: OutgoingRequest,
  listeners: Listeners,
): Promise<SendingFlow | undefined> {
  const isUdp = destination.transport === 'UDP'
  const connects = !isUdp || wantsTcp(destination, request)
  const connection = connects ? await listeners.connect(destination, address) : undefined
  // Without TCP even a large request goes over UDP. RFC 3261 §18.1.1.
  const usesUdp = isUdp && !connection
  return usesUdp ? listeners.udpFlow(address, destination.port) : connection
}

function liveFlow(listeners: Listeners, flow: Flow): SendingFlow | undefined {
  const found = isSendingFlow(flow) ? flow : listeners.findFlow(flow)
  return found?.alive ? found : undefined
}

function reported(work: Promise<void>, done: Done): void {
  work.catch((error: unknown) => {
    failSoon(done, String(error))
  })
}

function failSoon(done: Done, reason: string): void {
  queueMicrotask(() => {
    done({ kind: 'transport-error', reason })
  })
}

function wantsTcp(destination: Destination, request: OutgoingRequest): boolean {
  return destination.preferTcpWhenLarge === true && isLarge(request)
}

function isLarge({ prepared, headers, body }: OutgoingRequest): boolean {
  const lines = (prepared?.length ?? 0) + headers.length
  return START_LINE_AND_VIA + lines + (body?.length ?? 0) > LARGEST_DATAGRAM
}
