/** Opens connections to proxies and phones, over TCP and TLS. RFC 3261 §18.1.1, §26.2.2; RFC 5922 §7.3. */
import { createConnection, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { OLDEST_TLS, type TrustedCertificates } from './certificates.ts'
import type { ConnectionAdmission } from './connection-admission.ts'
import type { Connections } from './connections.ts'
import type { SendingFlow } from './flow.ts'
import type { SipLimits } from './limits.ts'
import { hostPort } from './listener.ts'
import { checkSipIdentity } from './peer-identity.ts'
import { StreamConnection } from './stream-connection.ts'
import type { Clock, Log } from './surroundings.ts'

interface OpenerParts {
  readonly limits: SipLimits
  readonly clock: Clock
  readonly log: Log
  readonly admission: ConnectionAdmission
  readonly connections: Connections
  readonly trusted: TrustedCertificates
}

interface ConnectionTarget {
  readonly transport: 'TCP' | 'TLS'
  /** Whom the peer must prove to be, over TLS. */
  readonly host: string
  readonly address: string
  readonly port: number
}

/** `sentBy`: what Via calls this end, which has the address `local`. */
type OpenConnection = (
  target: ConnectionTarget,
  sentBy: (local: string | undefined) => string,
) => Promise<SendingFlow | undefined>

/** Gives the connection that is open, joins one that is being opened, or opens one; undefined: it could not be. */
export function createConnectionOpener(parts: OpenerParts): OpenConnection {
  const opening = new Map<string, Promise<SendingFlow | undefined>>()
  return (target, sentBy) => {
    const { transport, host, address, port } = target
    const known = parts.connections.find(transport, address, port)
    // Over TLS only what has proved to be this host. RFC 5923 §5.
    if (known && (transport === 'TCP' || known.peerName === host)) return Promise.resolve(known)
    const key = `${transport} ${host} ${hostPort(address, port)}`
    const underWay = opening.get(key)
    if (underWay) return underWay
    const opened = open(target, sentBy, parts).finally(() => opening.delete(key))
    opening.set(key, opened)
    return opened
  }
}

function open(
  target: ConnectionTarget,
  sentBy: (local: string | undefined) => string,
  parts: OpenerParts,
): Promise<SendingFlow | undefined> {
  const { admission, clock, connections, limits, log } = parts
  const { transport, host, address } = target
  const socket = createSocket(target, parts)
  if (!admission.admit(socket, address)) {
    socket.on('error', () => undefined)
    socket.destroy()
    return Promise.resolve(undefined)
  }
  const peerName = transport === 'TLS' ? host : undefined
  const cancel = clock.after(limits.connectTime, () => socket.destroy())
  return new Promise((resolve) => {
    socket.on('error', ({ message }) => {
      if (socket.connecting || transport === 'TLS') log.debug({ host, error: message }, 'no way')
    })
    socket.once('close', () => {
      cancel()
      resolve(undefined)
    })
    socket.once(transport === 'TLS' ? 'secureConnect' : 'connect', () => {
      cancel()
      const create = (number: number) =>
        new StreamConnection({
          ...{ number, transport, socket, peerName, limits },
          ...{ sentBy: sentBy(socket.localAddress), events: connections },
        })
      resolve(connections.add(create, false))
    })
  })
}

function createSocket({ transport, host, address, port }: ConnectionTarget, parts: OpenerParts) {
  const where = { host: address, port, allowHalfOpen: true }
  if (transport === 'TCP') return createConnection(where)
  const ca = parts.trusted()
  return connectTls({
    ...where,
    minVersion: OLDEST_TLS,
    // Server Name Indication holds no addresses. RFC 6066 §3.
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca && { ca: [...ca] }),
    checkServerIdentity: (_name, certificate) => checkSipIdentity(host, certificate),
  }) as Socket
}
