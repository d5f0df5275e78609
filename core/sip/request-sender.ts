/** Finds or opens the way for a request, then starts its transaction. RFC 3261 §8.1.2, §18.1.1. */
import type { ClientTransactions } from './client-transactions.ts'
import { isSendingFlow, type SendingFlow } from './flow.ts'
import { createHostLookup } from './host-lookup.ts'
import type { Listeners } from './listeners.ts'
import type { Destination, OutgoingRequest, RequestOutcome } from './sip-endpoint.ts'

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
    const { port } = destination
    const overTcp = destination.transport === 'TCP' || wantsTcp(destination, request)
    const connection = overTcp ? await listeners.connect(address, port) : undefined
    // Without TCP even a large request goes over UDP. RFC 3261 §18.1.1.
    const usesUdp = destination.transport === 'UDP' && !connection
    along(usesUdp ? listeners.udpFlow(address, port) : connection, request, done)
  }

  return (request, done) => {
    const { destination } = request
    if ('alive' in destination) {
      along(
        isSendingFlow(destination) ? destination : listeners.findFlow(destination),
        request,
        done,
      )
    } else {
      to(destination, request, done).catch((error: unknown) => {
        failSoon(done, String(error))
      })
    }
  }
}

function failSoon(done: Done, reason: string): void {
  queueMicrotask(() => {
    done({ kind: 'transport-error', reason })
  })
}

function wantsTcp(destination: Destination, { headers, body }: OutgoingRequest): boolean {
  if (destination.preferTcpWhenLarge !== true) return false
  return START_LINE_AND_VIA + headers.length + (body?.length ?? 0) > LARGEST_DATAGRAM
}
